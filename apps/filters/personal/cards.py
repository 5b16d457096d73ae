"""Numbers of cards and accounts of banks."""

from apps.filters.personal.detector import Detector, Looks

# Issuers' first digits and how long their numbers are (ISO/IEC 7812; the schemes' own publications).
_ISSUERS: tuple[tuple[range, int, tuple[int, ...]], ...] = (
    (range(62, 63), 2, (16, 17, 18, 19)),  # UnionPay
    (range(4, 5), 1, (13, 16, 19)),  # Visa
    (range(51, 56), 2, (16,)),  # Mastercard
    (range(2221, 2721), 4, (16,)),
    (range(34, 35), 2, (15,)),  # American Express
    (range(37, 38), 2, (15,)),
    (range(35, 36), 2, (16,)),  # JCB, of which 3528 to 3589 are given out
    (range(1800, 1801), 4, (15,)),
    (range(2131, 2132), 4, (15,)),
    (range(300, 306), 3, (14,)),  # Diners Club
    (range(36, 37), 2, (14,)),
    (range(38, 40), 2, (14,)),
    (range(6011, 6012), 4, (16,)),  # Discover
    (range(644, 660), 3, (16,)),
    (range(50, 51), 2, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
    (range(56, 59), 2, (12, 13, 14, 15, 16, 17, 18, 19)),
    (range(63, 64), 2, (12, 13, 14, 15, 16, 17, 18, 19)),
    (range(67, 68), 2, (12, 13, 14, 15, 16, 17, 18, 19)),
)
# Lengths by country (ISO 13616, registry of IBAN formats).
_IBAN = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL", "FO", "GL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV", "CR"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("AO", "CV", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
}


def is_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B: every second digit from the right counts double."""
    doubled = (int(digit) * 2 for digit in reversed(digits[:-1][::-1][::2]))
    single = (int(digit) for digit in digits[::-1][::2])
    return (sum(single) + sum(sum(divmod(number, 10)) for number in doubled)) % 10 == 0


def is_card(looks: Looks) -> bool:
    digits = looks.digits
    issued = any(
        int(digits[:figures]) in first and len(digits) in lengths
        for first, figures, lengths in _ISSUERS
        if len(digits) >= figures
    )
    return looks.stands_alone and issued and is_luhn(digits) and not looks.is_business


def is_iban(looks: Looks) -> bool:
    """ISO 7064 MOD 97-10: the first four characters at the end, letters as numbers from 10, one is left of 97."""
    account = looks.text.replace(" ", "").upper()
    if not looks.stands_alone or len(account) != _IBAN.get(account[:2]):
        return False
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


CARD = Detector("card", r"\d(?:[ -]?\d){11,18}", is_card, last=4)
IBAN = Detector("iban", r"(?i)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,27}", is_iban, first=4, last=2)
