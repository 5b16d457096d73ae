"""A tenant's model endpoint is no way into the platform's own network."""

import pytest
from django.test import override_settings

from apps.llm import chat, reach
from apps.llm.admin import EndpointForm
from apps.llm.models import ModelEndpoint
from apps.tenants import context
from tests.cast import Cast


def test_the_platforms_own_model_is_the_platforms_own_choice() -> None:
    with override_settings(PRIVATE_NETWORKS=False, MODEL_URL="http://127.0.0.1:9/v1"):
        reach.check("http://127.0.0.1:9/v1")
        with pytest.raises(reach.OutOfReach):
            reach.check("http://127.0.0.1:10/v1")


def test_neither_the_form_nor_a_stored_row_asks_there(cast: Cast) -> None:
    address = "http://169.254.169.254/latest/meta-data"
    with context.inside(cast.acme):
        given = {"name": "Inside", "tier": "2", "base_url": address, "model": "m", "seconds": "5", "max_tokens": "50"}
        assert list(EndpointForm(given).errors) == ["base_url"]
        row = ModelEndpoint.objects.create(name="Inside", base_url=address)
        with pytest.raises(chat.ModelFailed, match="OutOfReach"):
            list(chat.of_endpoint(row).stream([{"role": "user", "content": "Hello"}]))
