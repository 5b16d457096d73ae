"""A wish for a person in ten more languages, which the bot does not speak: all the more it must hear it.

Spanish, French, German, Portuguese, Italian, Dutch, Russian, Arabic, Japanese and Korean. For each: what is wished (to talk, to
be put through), whom, and a few phrases that are a wish as they stand. Verb and person may have a few words between them. A
person's name alone, with nothing but politeness around it, is a wish too.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.conversations.bot import wording

BETWEEN = 4  # words from the verb to the person
WIDE = 24  # words looked at together
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": ""} | dict.fromkeys(map(chr, range(0x64B, 0x653)))
)


@dataclass(frozen=True)
class Language:
    """Patterns of whole words. `want` some words before `whom` is a wish, and `need` right before; `whole` is one by itself;
    `polite` stands beside a bare `sure`."""

    want: str
    need: str
    whom: str
    sure: str
    polite: str
    whole: str = r"(?!)"


_SPOKEN = {
    "es": Language(
        want="ponme|pongame|ponganme|hablar|hable|hablen|hablo|comunicar(?:me|se)?|comuni(?:que|quen)me"
        "|contactar|conectar(?:me)?"
        "|conecte(?:n)?me|pasame|pas[ae]me|paseme|pasen?me|transfier[ae](?:n)?me|transferir(?:me)?"
        "|derivar(?:me)?|der[ií]ve(?:n)?me|atienda|atender|chatear|charlar",
        need="quiero|quisiera|necesito|exijo|dame|deme|hay algun|hay alguna|hay",
        whom="(?:una? )?(?:persona|humano|humana|ser humano|agente|asesora?|operadora?|representante|ejecutivo"
        "|supervisora?|encargado"
        "|gerente|alguien(?: real| humano)?|empleado|soporte humano|atencion al cliente)",
        sure="humano|agente|operador|operadora|asesor|representante|persona real|agente humano|atencion humana",
        polite="por|favor|un|una|el|la|quiero|necesito|con|hola|real|ya|ahora|gracias|hablar|urgente|humano|humana|persona",
        whole="no quiero (?:hablar con )?(?:un|una|este) (?:robot|bot|maquina)|persona real|agente humano|atencion humana"
        "|que me (?:llame|atienda) (?:alguien|una persona|un humano)|llamenme|llamame",
    ),
    "fr": Language(
        want="parler|parle|discuter|echanger|joindre|contacter|transferez|transferer|transfere|connectez|mettez"
        "|passez|passer|contact|communiquer",
        need="veux|voudrais|souhaite|besoin|besoin d|aimerais",
        whom="(?:un |une |a )?(?:vraie? )?(?:etre humain|humain|conseillere?|operateur|operatrice|agent"
        "|representante?|personne"
        "|quelqu un|responsable|superviseur|vrai[e]? (?:personne|humain)|technicien|service client)",
        sure="humain|conseiller|conseillere|operateur|agent|vraie personne|representant",
        polite="s|il|vous|te|plait|svp|stp|un|une|le|la|je|veux|voudrais|bonjour|merci|vrai|vraie|humain"
        "|maintenant|reel|client|agent",
        whole="pas (?:parler )?(?:a|avec) un (?:robot|bot)|vraie personne|marre (?:du|de ce) (?:robot|bot)"
        "|rappelez moi|appelez moi"
        "|je veux un humain|une personne reelle",
    ),
    "de": Language(
        want="sprechen|spreche|reden|rede|verbinden?|verbindet|verbinde|kontaktieren|erreichen|weiterleiten"
        "|durchstellen|chatten|telefonieren|kontakt",
        need="(?:mochte|moechte|will)(?! jemandem)|brauche|gib mir|hol mir|holen sie",
        whom="(?:mit )?(?:einem |einer |einen |eine |ein |dem |der |den )?(?:echte[nrms]? |richtige[nrms]? "
        "|menschliche[nrms]? )?(?:menschen?|mitarbeiter(?:in|innen|n)?"
        "|berater(?:in)?|kundenberater(?:in)?|ansprechpartner(?:in)?|sachbearbeiter(?:in)?|person|jemande[mn]"
        "|jemand|agent(?:en)?"
        "|vorgesetzten?|kundenservice|kundendienst|support ?mitarbeiter(?:in)?)",
        sure="mensch|menschen|mitarbeiter|mitarbeiterin|berater|kundenberater|ansprechpartner|kundenservice",
        polite="bitte|ein|eine|einen|einem|mit|hallo|echter|echten|echte|danke|jetzt|sofort|ich|will|mochte|moechte|brauche|an",
        whole="kein(?:en)? (?:bot|roboter|computer|chatbot)|rufen sie mich|ruft mich|echte[nrm]? menschen?"
        "|(?:mit )?jemande[mn] (?:sprechen|reden)|menschen? sprechen|mitarbeiter(?:in)? (?:sprechen|reden"
        "|verbinden|verbunden)",
    ),
    "pt": Language(
        want="falar|falo|fale|conversar|contatar|contactar|conectar|conecte|transferir|transfira|transfere"
        "|passar|passe|me passa|me passe|atendimento|chamar|chame|ligar",
        need="quero|queria|gostaria|preciso|preciso de",
        whom="(?:com |para )?(?:um |uma |o |a )?(?:ser humano|humano|humana|pessoa|atendente|agente|operadora?"
        "|representante|alguem|gerente"
        "|supervisora?|funcionari[oa]|consultora?|atendimento humano|assistente humano)",
        sure="atendente|humano|operador|operadora|representante|pessoa real|agente|atendimento humano",
        polite="por|favor|um|uma|o|a|com|quero|preciso|ola|oi|real|agora|ja|obrigado|obrigada|humano|falar",
        whole="atendimento humano|pessoa (?:real|de verdade)|nao quero (?:falar com )?(?:um|este|esse) (?:robo"
        "|bot)|me liguem?|liguem? para mim",
    ),
    "it": Language(
        want="contatto|parlare|parlo|parli|contattare|mettermi|mettetemi|passatemi|passami|passarmi|mi passi|mi passa"
        "|trasferitemi|trasferiscimi|trasferirmi|collegatemi|collegarmi|chattare|comunicare",
        need="voglio|vorrei|desidero|ho bisogno|ho bisogno di|serve|mi serve",
        whom="(?:con |di |in contatto con )?(?:un |una |uno |un altra )?(?:vera |vero )?(?:essere umano|umano"
        "|umana|persona|operatore|operatrice|agente"
        "|consulente|rappresentante|responsabile|qualcuno|addetto|assistente umano|collega)",
        sure="operatore|operatrice|umano|persona vera|persona reale|agente|rappresentante|consulente",
        polite="per|favore|un|una|con|voglio|vorrei|ciao|vero|vera|reale|subito|grazie|ora|adesso|parlare|umano|cortesia",
        whole="persona (?:vera|reale)|essere umano|non voglio (?:parlare con )?un (?:robot|bot)|chiamatemi"
        "|richiamatemi|operatore umano",
    ),
    "nl": Language(
        want="spreken|spreek|praten|praat|contact|verbind|verbinden|doorverbinden|doorverbonden|chatten|bellen|overleggen",
        need="wil|wil graag|graag|nodig",
        whom="(?:met |mij |me )?(?:een |de |iemand van )?(?:echte |echt )?(?:mens|menselijke medewerker"
        "|medewerkers?|medewerkster|persoon|iemand"
        "|collega|agent|leidinggevende|manager|klantenservice)",
        sure="medewerker|mens|klantenservice medewerker|echt persoon|menselijke medewerker",
        polite="een|alstublieft|aub|graag|ik|wil|met|echte|echt|nu|hallo|bedankt|spreken|svp",
        whole="echt(?:e)? (?:mens|persoon|medewerker)|geen (?:robot|bot|computer)|bel (?:mij|me)(?: terug)?"
        "|(?:mens|medewerker|iemand) (?:spreken|praten)",
    ),
    "ru": Language(
        want="поговорить|говорить|связаться|свяжите|соедините|соединить|соедини|переключите|переключить"
        "|переведите|перевести|позовите|позови|позвать|подключите|общаться|пообщаться|чат",
        need="дайте|дайте мне|хочу|нужен|нужна|нужно|требую|вызовите",
        whom="(?:меня |мне )?(?:с |на |к )?(?:живым |живого |живой |живому |реальным |настоящим "
        "|вашим )?(?:человеком|человека|человек|человеку"
        "|оператором|оператора|оператор|оператору|операторам|менеджером|менеджера|менеджер|сотрудником|сотрудника|сотрудник"
        "|специалистом|специалиста|специалист|консультантом|консультанта|консультант|кем нибудь|поддержкой"
        "|руководителем|представителем)",
        sure="оператор|оператора|человек|человека|менеджер|менеджера|консультант|специалист|живой человек",
        polite="пожалуйста|живой|живого|позовите|мне|нужен|нужна|хочу|здравствуйте|привет|спасибо|срочно|дайте|на|с|реальный",
        whole="жив(?:ой|ого|ым) (?:человек\\w*|оператор\\w*)|не (?:хочу )?(?:с )?(?:робот|бот)(?:ом|а)"
        "|перезвоните|позвоните мне"
        "|есть (?:кто нибудь )?живой",
    ),
    "ar": Language(
        want="اتحدث|التحدث|اكلم|التكلم|اتكلم|احكي|التواصل|اتواصل|تواصل|تحويلي|حولني|حولوني|وصلني|وصلوني|اوصلني",
        need="اريد|عايز|عاوز|ابغي|ابي|بدي|احتاج|احتاج الي|محتاج",
        whom="(?:مع |الي |ل|ب)?(?:ال)?(?:شخص|انسان|موظف|موظفه|ممثل|وكيل|مندوب|مسؤول|مدير|بشر|احد|خدمه العملاء"
        "|بشري)(?: حقيقي| بشري)?",
        sure="موظف|انسان|شخص حقيقي|ممثل|موظف خدمه العملاء|وكيل|بشر",
        polite="من|فضلك|لو|سمحت|اريد|الي|مع|حقيقي|بشري|الان|شكرا|مرحبا|السلام|عليكم|رجاء|خدمه|العملاء|ال",
        whole="شخص حقيقي|موظف (?:بشري|حقيقي)|لا اريد (?:التحدث مع )?(?:روبوت|بوت|اله)|اتصلوا? بي|كلمني احد|كلموني",
    ),
}
# Written without spaces between words; after `wording.simple`, which makes some of their characters simplified ones.
_CONTINUOUS = {
    "ja": (
        r"(?:人間|担当(?:者|の方)?|(?:カスタマー)?オペレーター|スタッフ|係(?:の方|りの人|員)|店員|責任者|上司"
        r"|有人(?:対応|サポート|チャット)?"
        r"|(?:本物|生身|実際)の人(?:間)?|人)(?:の方|さん|様)?(?:と|に|へ)(?:直接|電話で|チャットで|今すぐ)?"
        r"(?:お?話|はな|つな|繋|連絡(?:したい|を取りたい)|代わ|替わ|かわって|変わ|相談|やりとり"
        r"|チャット(?:したい|で)|取り次|対応して|問い合わせたい)"
        r"|(?:オペレーター|担当者|スタッフ|人間|責任者)(?:を(?:出|呼|お願|希望)|お願いします|希望|はいますか"
        r"|いますか|出して|呼んで)"
        r"|有人(?:対応|サポート|チャット)|人間(?:対応|を|に変|の対応)|(?:ボット|ロボット|自動応答|AI|ai)(?:では"
        r"|じゃ)(?:なく|ない|話に)"
        r"|(?:電話|折り返し)(?:を)?(?:ください|下さい|してほしい|して欲しい|お願い)",
        r"(?:オペレーター|担当者|スタッフ|人間|有人)(?:を|に|と)?(?:お願いします|お願い|希望|ください|です)?",
    ),
    "ko": (
        r"(?:상담원|상담사|상담직원|직원|사람|담당자|매니저|관리자|책임자|고객센터|상담)(?:분)?(?:이랑|이|하고"
        r"|과|와|랑|을|를|한테|에게|으로|로)?(?:직접|좀|바로|진짜)?"
        r"(?:연결|통화|대화|이야기|얘기|말하고|말씀|상담하고|바꿔|불러|부탁|필요|돌려|채팅하)"
        r"|(?:실제|진짜|살아있는)(?:사람|상담원|상담사|직원)|사람이랑|(?:로봇|봇|챗봇|기계)(?:말고|은싫|이랑말)"
        r"|전화(?:해|걸어|주세|부탁)(?:주세요|줘|주)?"
        r"|상담원(?:있|어디|나와)",
        r"(?:상담원|상담사|직원|사람|담당자|상담원연결|상담사연결)(?:좀|요|부탁(?:해요|드려요|드립니다|합니다)?"
        r"|연결(?:해주세요|해줘)?|불러(?:줘|주세요))*",
    ),
}
_APART = {name: re.compile(rf"{'|'.join(map(wording.simple, patterns[:1]))}") for name, patterns in _CONTINUOUS.items()}
_ALONE = {name: re.compile(wording.simple(patterns[1])) for name, patterns in _CONTINUOUS.items()}
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\uac00-\ud7a3]")
# What is said of people without wishing for one: a shop's agent who came, a person of a certain size, somebody else's parcel.
_NOT_AFTER = (
    r"(?! (?:de limpieza|nettoyant|de nettoyage|detergente|di pulizia|de viagens|immobilier|que vino"
    r"|qui est venue?|die|der|die gestern"
    r"|de talla|para (?:entregar|recoger|recibir)|pour (?:la livraison|recevoir|recuperer)|zum abholen"
    r"|per (?:il ritiro|ritirare)))"
)


# “A tent for one person” is none: no such word stands between the verb and whom.
_FOR = r"(?:para|pour|fur|fuer|voor|для|на|per(?! (?:favore|cortesia))) "


def _compiled(spoken: Language) -> "tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]":
    near = rf"(?:(?!{_FOR})\S+ ){{0,{BETWEEN}}}?"
    wish = rf"\b(?:(?:{spoken.want}) {near}|(?:{spoken.need}) )(?:{spoken.whom})\b{_NOT_AFTER}|\b(?:{spoken.whole})\b"
    return re.compile(wish), re.compile(rf"\b(?:{spoken.sure})\b"), re.compile(rf"\b(?:{spoken.polite})\b")


_SCRIPTS = (
    (re.compile("[a-z]"), ("es", "fr", "de", "pt", "it", "nl")),
    (re.compile("[\u0400-\u04ff]"), ("ru",)),
    (re.compile("[\u0600-\u06ff]"), ("ar",)),
)
_BY_WORDS = {name: _compiled(spoken) for name, spoken in _SPOKEN.items()}


def is_wish(text: str) -> bool:
    """Whether a message holds a wish for a person in one of these languages."""
    said = wording.simple(text)
    if _KANA.search(said) or _HANGUL.search(said):
        close = wording.compact(said)
        return any(_APART[name].search(close) or _ALONE[name].fullmatch(close) for name in _CONTINUOUS)
    words = _LETTERS.findall(_bare(said))
    for script, names in _SCRIPTS:
        own = [word for word in words if script.match(word)]
        windows = list(_windows(own))
        if own and any(_in(windows, own, *_BY_WORDS[name]) for name in names):
            return True
    return False


def _in(
    windows: Sequence[str], words: Sequence[str], wish: "re.Pattern[str]", sure: "re.Pattern[str]", polite: "re.Pattern[str]"
) -> bool:
    if any(wish.search(window) for window in windows):
        return True
    whole = " ".join(words)
    return len(words) <= WIDE and bool(sure.search(whole)) and not polite.sub("", sure.sub("", whole)).strip()


def _bare(said: str) -> str:
    """The text without the marks that people leave out: accents of Latin letters, vowels and forms of Arabic ones."""
    apart = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", said))
    return unicodedata.normalize("NFC", apart).translate(_ARABIC).replace("ё", "е").replace("ß", "ss")


def _windows(words: Sequence[str]) -> Iterator[str]:
    half = WIDE // 2
    for start in range(0, max(len(words) - half, 1), half):
        yield " ".join(words[start : start + WIDE])
