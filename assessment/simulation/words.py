"""What the cases of a simulation are about: made-up troubles at made-up spots."""

from random import Random
from typing import NamedTuple


class Topic(NamedTuple):
    """`about`: words in the name of an item, or of a department, that this topic fits."""

    about: tuple[str, ...]
    troubles: tuple[str, ...]
    effects: tuple[str, ...]


TOPICS = (
    Topic(
        ("污水", "排水", "管网", "水务"),
        ("污水井外溢", "雨污管网破损渗漏", "化粪池满溢", "排水沟堵塞返水"),
        ("异味明显，行人须绕行", "污水流入一层住户", "路面湿滑，已有老人滑倒"),
    ),
    Topic(
        ("内涝", "积水", "防汛"),
        ("下穿通道雨后积水", "低洼路段排水不畅", "雨水箅子被掩埋"),
        ("车辆无法通行", "临街商铺进水", "学生上下学须绕行"),
    ),
    Topic(
        ("燃气",),
        ("燃气管线被违建占压", "燃气立管锈蚀", "施工地段燃气管线标识缺失"),
        ("居民担心泄漏", "存在安全隐患", "物业无法自行处理"),
    ),
    Topic(
        ("市场", "食品", "经营"),
        ("农贸市场消防设施损坏", "市场通道堆物", "市场电线私拉乱接"),
        ("遇险人员难以疏散", "商户多次投诉", "周末客流大，隐患突出"),
    ),
    Topic(
        ("拥堵", "交通", "停车"),
        ("早晚高峰拥堵", "机动车占用人行道停放", "学校门口接送车辆滞留", "交通标线磨损"),
        ("公交车通行受阻", "救护车难以进入", "行人被迫走机动车道"),
    ),
    Topic(
        ("路面", "井盖", "道桥", "道路"),
        ("路面塌陷", "井盖缺失", "人行道地砖破损", "道路坑槽连片"),
        ("已有非机动车摔倒", "夜间看不清，十分危险", "轮椅无法通过"),
    ),
    Topic(
        ("消防",),
        ("消防通道被占用", "楼道堆放易燃物", "消火栓无水"),
        ("消防车无法到达楼前", "居民多次反映", "楼内老人较多，隐患突出"),
    ),
    Topic(
        ("电动", "充电"),
        ("电动自行车飞线充电", "电动自行车进楼充电", "充电棚线路老化"),
        ("存在火灾隐患", "夜间无人看管", "与安全出口相邻"),
    ),
    Topic(
        ("违法建设", "违建", "城市管理", "城管"),
        ("楼顶违法搭建", "占用公共绿地搭建围栏", "临街私搭阳光房"),
        ("邻里纠纷不断", "影响楼体安全", "遮挡相邻住户采光"),
    ),
    Topic(
        ("扬尘", "噪声", "工地"),
        ("工地夜间施工噪声", "工地裸土未覆盖", "渣土车带泥上路"),
        ("居民无法休息", "沿街积尘严重", "学校课堂受到影响"),
    ),
    Topic(
        ("占道", "摊"),
        ("流动摊贩占道经营", "店铺出店经营", "夜市收摊后垃圾遗留"),
        ("行人通行受阻", "油污污染路面", "居民夜间受扰"),
    ),
    Topic(
        ("油烟", "餐饮"),
        ("餐饮油烟直排", "烧烤店深夜营业扰民", "餐饮油水入雨水管"),
        ("楼上住户不敢开窗", "居民联名投诉", "雨天异味更重"),
    ),
    Topic(
        ("房屋", "危旧", "住房"),
        ("老旧楼房外墙脱落", "危旧房屋墙体开裂", "围墙倾斜"),
        ("落物危及行人", "住户担心倒塌", "雨季将至，须尽快处置"),
    ),
)
# Where nothing else fits: what the item itself is called.
ANY = ("居民反映集中", "影响周边群众生活", "单靠社区难以解决")

SPOTS = (
    "农贸市场东门",
    "小学南侧",
    "公交站旁",
    "文化活动室门前",
    "老年活动中心旁",
    "主干道路口",
    "背街小巷",
    "地下停车场出入口",
    "健身广场",
    "沿街商铺后巷",
    "临河步道",
    "回迁小区北门",
)
BLOCKS = ("1栋", "3栋", "5栋", "8栋", "12栋", "东区", "西区", "北区")
SINCE = ("近一周以来", "本月以来", "雨后", "节后以来", "近期", "入冬以来")
TRIED = ("社区已协调两次，未能解决", "物业称无权处理", "多个部门到场均称不属职责范围", "街道已自行处置，随后反弹")
MADE_UP = "（演示数据，非真实事件）"

RETURNED = ("请补充现场照片和居民诉求记录后重新报送。", "请明确责任主体和具体位置后重新报送。")
FOR_THE_CITY = ("涉及跨区设施，超出区级权限。", "产权属市级单位，请市级协调。")
RULINGS = {
    "": ("属社区日常事务，请社区先行协调。", "已在另一件哨中处置，不重复受理。"),
    "frivolous": ("单一事项，一个部门即可处置，无需吹哨。",),
    "empty": ("到场核实未发现所述情形。",),
}
MORE_TIME = ("需定制配件，到货尚需时日。", "需与产权单位会商施工方案。", "连续降雨，无法施工。")
SUSPENSION = ("须待管线迁改完成后方可施工。", "须待法院裁定后方可拆除。", "须列入下一批改造计划。")
PRESSED = ("进展缓慢，请加快处置。", "居民反映强烈，请立即到场。", "领导批示，请每日报送进展。")
PROGRESS = ("已围挡现场并设置警示。", "已联系产权单位到场。", "已完成方案，正在备料。", "已完成大部分施工。")
COMMENTS = ("", "", "", "到场及时，配合主动。", "处置到位。", "沟通顺畅。")

APPEALS = (
    "所涉事项牵涉两个部门，社区多次协调无果，并非轻率吹哨。",
    "吹哨时问题属实，到场核实前已自行消除，附有照片。",
)
UPHELD = "经复核，原认定事实清楚，予以维持。"
REVERSED = "经复核，所附材料能证明吹哨时情况属实，撤销原认定。"
PASSED_UP = ("多次劝导无果，本级无法解决。", "涉及产权单位，需上级协调。")
PASSED_BACK = ("请先联系物业处理，确有困难再上报。",)
NOTED = ("已到现场拍照核实。", "已联系相关人员，约定次日处理。")
SOLVED = ("已现场处置完毕，并告知反映人。", "已联系物业修复，居民表示认可。", "已劝离，现场恢复正常。")
SOLVED_AFTER_ALL = "吹哨未受理，街道已自行协调解决。"


def topic_of(name: str) -> Topic | None:
    return next((topic for topic in TOPICS if any(word in name for word in topic.about)), None)


def case(name: str, place: str, random: Random) -> tuple[str, str, str]:
    """Title, description and address of a case about an item, or a department, called `name`, at `place`."""
    topic = topic_of(name)
    trouble = random.choice(topic.troubles) if topic else f"{name}问题"
    effect = random.choice(topic.effects if topic else ANY)
    spot = random.choice(SPOTS) + random.choice(("", "", random.choice(BLOCKS)))
    title = f"{place}{spot}{trouble}"[:100]
    description = f"{random.choice(SINCE)}，{place}{spot}{trouble}，{effect}。{random.choice(TRIED)}。{MADE_UP}"
    return title, description, f"{place}{spot}"[:200]
