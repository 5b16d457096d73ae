"""Fields that are encrypted in the database and plain in Python: read when they are asked for, written with their row's id.

How a value is written stands in `vault.sealing`, its keys in `vault.keyring`. Reading one raises CannotDecrypt when its key
is missing; `shown` is for pages that must be drawn all the same.
"""

import json
from typing import Any, cast

import structlog
from django.db import connection, models

from apps.tenants.vault import blind, sealing
from apps.tenants.vault.master import CannotDecrypt
from apps.tenants.vault.sealing import Place

__all__ = ["BlindIndexField", "CannotDecrypt", "EncryptedJSONField", "EncryptedTextField", "IndexedModel", "ReservedIdField"]

log = structlog.get_logger(__name__)


class Sealed(str):
    """A value as it stands in the database. What is read without a model (`values_list`) is this, and opened by the field."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<sealed>"


class _Attribute:
    """Opens a value at its first reading, because only then its row is known; what is not read is not opened."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field, self.name = field, field.attname

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:
            instance.refresh_from_db(fields=[self.name])
        value = instance.__dict__[self.name]
        if isinstance(value, Sealed):
            value = instance.__dict__[self.name] = self.field.open(value, instance.pk)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.name] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text; empty stays empty. It is found by a BlindIndexField alone, and written by saving its row, not by `update()`.

    `was_plain`: the column held plain texts once; those that are left are read as they are and encrypted with the next save.
    """

    def __init__(self, *args: Any, was_plain: bool = False, **kwargs: Any) -> None:
        self.was_plain = was_plain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "was_plain": True} if self.was_plain else kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Attribute(self))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return Sealed(value) if value else value

    def open(self, value: str, row: object) -> Any:
        """A value of this column as it came from the database, of the row with this id. Raises CannotDecrypt."""
        if self.was_plain and not sealing.is_sealed(value):
            return self.plain(str(value))
        return self.plain(sealing.unseal(value, self._place(row)))

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            if not add and sealing.key_of(value):
                return value  # nobody has read it: it stays as it is
            try:
                value = getattr(instance, self.attname)
            except CannotDecrypt:
                if add:  # a copy of another row, whose secret does not open in this one
                    raise
                return value  # an old form that does not open any more is no worse for being kept
        text = self.text(value)
        if not text:
            return text
        if instance.pk is None:
            raise TypeError(f"{self} is bound to its row: give {type(instance).__name__} an id that is known before saving.")
        return Sealed(sealing.seal(text, self._place(instance.pk)))

    def get_prep_value(self, value: Any) -> Any:
        """For saving, the value that pre_save made. In a query, only whether there is a value."""
        if isinstance(value, Sealed) or not value:
            return str(value) if value else self.text(value)
        raise TypeError(f"{self} is encrypted: save its row, and find it by a blind index.")

    def value_from_object(self, obj: models.Model) -> Any:
        """The plain value, for forms."""
        return shown(obj, self.attname)

    def is_stale(self, value: str, key: str) -> bool:
        """Whether it stands in an older form, or under another data key than this one."""
        return bool(value) and sealing.key_of(value) != key

    def text(self, value: Any) -> Any:
        return value

    def plain(self, text: str) -> Any:
        return text

    def _place(self, row: object) -> Place:
        return Place(self.model._meta.db_table, self.attname, str(row))


class EncryptedJSONField(EncryptedTextField):
    """An object or a list of JSON; an empty one is an empty text in the database."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return value if value is None else Sealed(value)

    def open(self, value: str, row: object) -> Any:
        return super().open(value, row) if value else self.get_default()

    def text(self, value: Any) -> Any:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""

    def plain(self, text: str) -> Any:
        return json.loads(text)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """The blind index of an encrypted field `of` the same row, kept with it (IndexedModel). `kind`: of vault.blind."""

    def __init__(self, *args: Any, of: str = "", kind: str = "email", **kwargs: Any) -> None:
        self.of, self.kind = of, kind
        super().__init__(*args, **{"max_length": 64, "blank": True, "default": "", "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "kind": self.kind}

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        kept = instance.__dict__.get(self.of)
        if self.of not in instance.__dict__ or (isinstance(kept, Sealed) and sealing.key_of(kept)):
            return getattr(instance, self.attname)  # the value is not loaded, or nobody has touched it
        try:
            index = blind.index(self.kind, getattr(instance, self.of) or "")
        except CannotDecrypt:
            return getattr(instance, self.attname)
        setattr(instance, self.attname, index)
        return index


class IndexedModel(models.Model):
    """A model whose blind indexes are saved whenever what they are of is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        wanted = kwargs.get("update_fields")
        if wanted is not None:
            indexes = [field for field in self._meta.local_fields if isinstance(field, BlindIndexField)]
            kwargs["update_fields"] = {*wanted, *(field.attname for field in indexes if field.of in wanted)}
        super().save(*args, **kwargs)


class ReservedIdField(models.BigAutoField):  # type: ignore[type-arg]
    """An id by the table's own sequence that is drawn before the row is written: what is bound to its row needs it then."""

    def deconstruct(self) -> Any:
        """Deconstructs as Django's own field: to the database they are the same, so there is nothing to migrate."""
        name, _path, args, kwargs = super().deconstruct()
        own = {"auto_created": True, "serialize": False, "verbose_name": "ID"} if name == "id" else {}
        return name, "django.db.models.BigAutoField", args, {**kwargs, **own}

    def get_pk_value_on_save(self, instance: models.Model) -> int:
        table = connection.ops.quote_name(instance._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, self.column])
            return int(cursor.fetchone()[0])


def shown(instance: models.Model, name: str) -> Any:
    """An encrypted field for a page: empty where it does not open, and one line in the log that says why."""
    try:
        return getattr(instance, name)
    except CannotDecrypt as error:
        log.warning("does_not_open", model=instance._meta.label, field=name, row=str(instance.pk), error=str(error))
        return {} if isinstance(_field(type(instance), name), EncryptedJSONField) else ""


def kept(instance: models.Model, name: str) -> Any:
    """An encrypted field's value to be written back: where it does not open, the sealed one, so that nothing is lost."""
    try:
        return getattr(instance, name)
    except CannotDecrypt:
        return instance.__dict__[name]


def opened(model: type[models.Model], name: str, row: object, value: str) -> str:
    """The same for a text that was read by bare SQL."""
    try:
        return str(_field(model, name).open(value, row)) if value else ""
    except CannotDecrypt as error:
        log.warning("does_not_open", model=model._meta.label, field=name, row=str(row), error=str(error))
        return ""


def _field(model: type[models.Model], name: str) -> EncryptedTextField:
    return cast("EncryptedTextField", model._meta.get_field(name))
