import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from grid.divisions import BadFile, load_areas
from grid.models import Area, AreaLevel

SHIPPED = settings.BASE_DIR / "grid" / "data" / "divisions"
TESTED = Path(__file__).parent.parent / "data" / "divisions"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped files, to be spoilt."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "divisions"))


def append(path, line):
    path.write_text(path.read_text() + line + "\n")


def test_wuhua_has_11_streets_and_101_communities():
    load_areas(SHIPPED)
    wuhua = Area.objects.under("530102")
    assert wuhua.at(AreaLevel.STREET).count() == 11
    assert wuhua.at(AreaLevel.COMMUNITY).count() == 101
    assert Area.objects.get(pk="530102005").name == "丰宁街道"


def test_every_area_lies_in_the_one_its_code_begins_with():
    load_areas(SHIPPED)
    for area in Area.objects.exclude(level=AreaLevel.PROVINCE):
        assert area.code.startswith(area.parent_id)


def test_a_second_run_changes_nothing():
    first = load_areas(SHIPPED)
    assert (first.new, first.changed, first.unchanged) == (262, 0, 0)
    assert load_areas(SHIPPED) == (0, 0, 262)


def test_a_changed_name_is_taken_over_and_centre_and_outline_stay():
    load_areas(SHIPPED)
    Area.objects.filter(pk="530102005").update(name="旧名街道", lat=25.0, outline={"type": "Polygon"})
    assert load_areas(SHIPPED).changed == 1
    street = Area.objects.get(pk="530102005")
    assert (street.name, street.lat, street.outline) == ("丰宁街道", 25.0, {"type": "Polygon"})


def test_what_the_files_no_longer_name_stays(folder):
    load_areas(SHIPPED)
    lines = (folder / "villages.csv").read_text().splitlines(keepends=True)
    (folder / "villages.csv").write_text("".join(lines[:-1]))
    load_areas(folder)
    assert Area.objects.count() == 262


def test_only_the_asked_branches_are_loaded_with_all_above_them():
    load_areas(TESTED, under=("440104", "110117006"))
    assert set(Area.objects.filter(level__lte=6).values_list("code", flat=True)) == {
        "44", "4401", "440104", "11", "1101", "110117",
    }  # fmt: skip
    assert Area.objects.under("110117006").at(AreaLevel.COMMUNITY).exists()


def test_the_columns_may_stand_in_another_order_and_after_a_byte_order_mark(folder):
    (folder / "provinces.csv").write_text("\ufeffname,code\n云南省,53\n", encoding="utf-8")
    assert load_areas(folder).new == 262


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("villages.csv", '530102099001,"无街社区居委会",530102099,53,5301,530102', "530102099"),
        ("villages.csv", '530111001099,"错街社区居委会",530102001,53,5301,530102', "530102001"),
        ("villages.csv", '53010200100,"短码社区居委会",530102001,53,5301,530102', "53010200100"),
        ("villages.csv", '5301020010AB,"字母社区居委会",530102001,53,5301,530102', "5301020010AB"),
        ("villages.csv", '530102005008,"重码社区居委会",530102005,53,5301,530102', "530102005008"),
        ("villages.csv", '530102001099," ",530102001,53,5301,530102', "100"),
        ("villages.csv", f'530102001099,"{"长" * 101}",530102001,53,5301,530102', "100"),
        ("villages.csv", '530102001099,"缺列社区居委会",530102001', "6"),
        ("villages.csv", '530102001099,"没关的引号,530102001,53,5301,530102', "unexpected end of data"),
        ("streets.csv", '530199001,"无区街道",530199,53,5301', "530199"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line_and_nothing_is_written(folder, file, line, said):
    append(folder / file, line)
    number = len((folder / file).read_text().splitlines())
    with pytest.raises(BadFile) as refusal:
        load_areas(folder)
    assert file in str(refusal.value)
    assert str(number) in str(refusal.value)
    assert said in str(refusal.value)
    assert not Area.objects.exists()


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(folder):
    (folder / "provinces.csv").write_bytes('code,name\n53,"云南省"\n'.encode("gbk"))
    with pytest.raises(BadFile, match=r"provinces\.csv.*2"):
        load_areas(folder)


def test_a_wrong_header_is_refused_and_the_expected_columns_are_named(folder):
    (folder / "cities.csv").write_text("id,title\n5301,昆明市\n")
    with pytest.raises(BadFile, match="code, name, provinceCode"):
        load_areas(folder)


def test_an_empty_file_is_refused(folder):
    (folder / "cities.csv").write_text("")
    with pytest.raises(BadFile, match=r"cities\.csv"):
        load_areas(folder)


def test_a_missing_file_is_refused_by_its_name(folder):
    (folder / "streets.csv").unlink()
    with pytest.raises(BadFile, match=r"streets\.csv"):
        load_areas(folder)


def test_an_area_the_files_do_not_hold_cannot_be_asked_for():
    with pytest.raises(BadFile, match="530103"):
        load_areas(SHIPPED, under=("530103",))
    assert not Area.objects.exists()


def test_the_command_shows_how_far_it_is_and_what_it_did(capsys):
    call_command("load_areas", str(SHIPPED), "--under", "530102")
    out, err = capsys.readouterr()
    assert "115" in out  # province, city, district, 11 streets and 101 communities
    assert "villages.csv" in err
    assert "100%" in err


def test_the_command_fails_with_the_sentence_of_the_refusal(tmp_path):
    with pytest.raises(CommandError, match=r"provinces\.csv"):
        call_command("load_areas", str(tmp_path))
