"""Leads and advice letters of the demonstration.

Of leads one on each level, one of the hotline, one solved, one that became a whistle; of letters one that waits for
its reply and one that was adopted.

None is so old that its clock would have told anything by now.
"""

from datetime import timedelta

from assessment.demo.pictures import picture
from assessment.demo.props import MADE_UP, Props
from dispatch import services
from grid.cast import holder
from grid.demo import FENGNING, HEILINPU, HONGSHAN
from grid.models import Role

GRID = f"{HONGSHAN}001"


def lay_leads(props: Props) -> None:
    """All of Fengning but one; each act by whoever holds the post."""
    grid = holder(Role.GRID_WORKER, props.areas[GRID])
    community = holder(Role.COMMUNITY_SECRETARY, props.areas[HONGSHAN])
    officer = holder(Role.STREET_OFFICER, props.areas[FENGNING])

    def reported(title, *, by=grid, area=GRID, minutes, **given):
        return services.report_lead(
            by=by,
            at=ago(minutes),
            area=props.areas[area],
            title=title,
            description=f"{title}。（演示数据，非真实事件）",
            demonstration=True,
            **given,
        )

    def ago(minutes):
        return props.now - timedelta(minutes=minutes)

    lamp = reported("楼道照明灯不亮", minutes=200, photos=[picture(3)], lat=25.0589, lng=102.6871)
    services.solve(lamp, by=grid, at=ago(150), answer="已联系物业更换灯泡，居民确认恢复照明。", photos=[picture(4)])
    wall = reported(
        "围墙倾斜，多方均称与己无关",
        minutes=180,
        hard=True,
        photos=[picture(1), picture(2)],
        lat=25.0586,
        lng=102.6868,
    )
    services.whistle_lead(
        wall,
        by=officer,
        at=ago(120),
        type=props.types["key"],
        level="general",
        criteria=[each for each in props.types["key"].criteria.all() if each.code in ("hazard", "joint")],
        description=f"{wall.title}。{MADE_UP}",
    )
    stall = reported("流动摊贩占用消防通道", minutes=95, photos=[picture(5)])
    services.pass_lead_up(stall, by=grid, at=ago(80), note="劝离后反复回流，网格无法解决。")
    reported("单元门口井盖松动", minutes=40, photos=[picture(0)], lat=25.0583, lng=102.6866)
    reported("小区垃圾清运不及时", by=community, area=HONGSHAN, minutes=65, source="resident", contact="来访居民")
    reported(
        "夜间施工噪声扰民",
        by=officer,
        area=HONGSHAN,
        minutes=60,
        source="hotline",
        hotline_number="12345-0001",
        answer_by=props.now + timedelta(hours=5),
        contact="来电市民",
    )
    reported(
        "学校周边路灯损坏",
        by=holder(Role.STREET_OFFICER, props.areas[HEILINPU]),
        area=f"{HEILINPU}001",
        minutes=50,
        source="inspection",
    )


def lay_letters(props: Props) -> None:
    """One of the street, one of the community; none so old that its clock would have told anything by now."""
    officer = holder(Role.STREET_OFFICER, props.areas[FENGNING])
    community = holder(Role.COMMUNITY_SECRETARY, props.areas[HONGSHAN])
    urban = holder(Role.LIAISON, props.departments["urban"])

    def ago(hours):
        return props.now - timedelta(hours=hours)

    services.send_letter(
        by=officer,
        at=ago(3),
        department=props.departments["water"],
        area=props.areas[HONGSHAN],
        title="关于片区雨污分流改造的建议",
        text="片区雨污合流，每逢大雨外溢，反复吹哨。建议列入年度改造计划，先行清淤疏浚。（演示数据，非真实事件）",
        demonstration=True,
    )
    letter = services.send_letter(
        by=community,
        at=ago(60),
        department=props.departments["urban"],
        area=props.areas[HONGSHAN],
        title="关于规范流动摊贩疏导点的建议",
        text="摊贩劝离后反复回流。建议在社区旁空地设置定时疏导点。（演示数据，非真实事件）",
        demonstration=True,
    )
    letter = services.reply(letter, by=urban, at=ago(30), reply="同意设置，每日17时至22时开放，本周划线。")
    services.state_outcome(letter, by=community, at=ago(5), outcome="adopted", note="疏导点已启用。")
