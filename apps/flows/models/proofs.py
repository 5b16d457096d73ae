"""Outcomes of the dialogues that are stored with flows, by the texts that they were played on."""

from django.db import models


class Proof(models.Model):
    """`digest` is that of a flow's text and of those beside it, so a row never changes. `outcomes`: one a dialogue
    (`apps.flows.dialogues.Outcome`)."""

    digest = models.CharField(max_length=64, primary_key=True)
    flow = models.CharField(max_length=60)
    outcomes = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["flow", "-at"], name="flows_proof_latest")]

    def __str__(self) -> str:
        return self.flow
