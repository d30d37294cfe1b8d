from django.db import models


class Receipt(models.Model):
    """The first answer to a request with an idempotency key, given again when the request comes again."""

    person = models.ForeignKey("grid.Person", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    # What was asked: a second request with the same key must ask the same.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="whistle_receipt_once", fields=["person", "key"])]

    def __str__(self):
        return self.key
