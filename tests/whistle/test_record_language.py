from django.utils import translation

from whistle.models import Event


def test_the_record_is_in_one_language_whatever_whoever_acts_reads(wuhua):
    with translation.override("en"):
        english = wuhua.drafted()
    with translation.override("zh-hans"):
        chinese = wuhua.drafted()
    first, second = (Event.objects.get(whistle=whistle) for whistle in (english, chinese))
    assert first.post_name == second.post_name
    assert "street officer" not in first.post_name
