"""What an official prints and files."""

import pytest

from tests.factories import orders_of

pytestmark = pytest.mark.browser


def test_a_printed_order_tells_how_each_of_its_due_moments_comes_about(somebody, district):
    order = orders_of(district.dispatched())["housing"]
    page = somebody("liaison.housing").go("order", order.number)
    steps = page.locator(".order-clocks .clock-steps")
    assert steps.count() == 3
    assert not any(each.is_visible() for each in steps.all())
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in steps.all())
