"""Knowledge for the tests: two small bilingual shops of our own, taken in by the product's own steps."""

import pytest

from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article
from apps.knowledge.passages import tokens
from apps.knowledge.search import editions, search
from apps.releases import publishing as releases

SHOP: list[tuple[str, str, list[str]]] = [
    ("How long does shipping take?", "Parcels arrive within 3 to 5 business days.", ["When will my order arrive?"]),
    ("How do I return an item?", "Open Your orders and press Start a return.", ["I want to send something back"]),
    ("Which payment methods do you accept?", "Visa, Mastercard, PayPal and gift cards.", []),
    ("Can I change the delivery address?", "Until the parcel has left, under Your orders.", []),
    ("How long is the warranty?", "Two years on everything but fuel and food.", ["What does the guarantee cover?"]),
    ("怎么开发票？", "在订单详情页点击“申请发票”，填写抬头和税号。", ["可以开增值税专用发票吗", "发票怎么申请"]),
    ("多久可以发货？", "现货商品 24 小时内发货，预售商品以页面时间为准。", ["什么时候发货"]),
    ("如何申请退货退款？", "签收后 7 天内可在“我的订单”里申请退货，原路退款。", ["我想退货"]),
    ("忘记登录密码怎么办？", "在登录页点击“忘记密码”，用手机号验证后重新设置。", ["密码忘了"]),
    ("保修期是多久？", "手机和电脑保修一年，配件保修三个月。", ["坏了可以保修吗"]),
]


def know(title: str, body: str = "", **fields: object) -> Article:
    """Save an article and take it live, as the ingestion task would."""
    article = Article(title=title, body=body or f"Answer to: {title}", **({"status": "published"} | fields))
    publishing.save(article)
    ingestion.ingest(article.pk)
    article.refresh_from_db()
    return article


def ask(question: str, **options: object) -> list[search.Hit]:
    options.setdefault("revision", editions.head().number)
    return search.search(question, **options)  # type: ignore[arg-type]


@pytest.fixture
def shop(acme: object) -> list[Article]:
    """The shop's knowledge, live in Acme; we are inside Acme."""
    return [know(title, body, alternatives=others, language=tokens.language_of(title)) for title, body, others in SHOP]


def released_revision() -> int:
    return releases.active().knowledge_revision
