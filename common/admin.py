"""What the pages for administrators share."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """For what only services write: an administrator may look, and changes nothing past the record."""

    # Counting a million rows a second time only to say "of 1,000,000" is not worth a second.
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
