"""What the pages for administrators share."""


class ReadOnly:
    """For what only services write: an administrator may look, and changes nothing past the record.

    Stands before whatever says who may look.
    """

    # Counting a million rows a second time only to say "of 1,000,000" is not worth a second.
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
