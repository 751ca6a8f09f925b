"""What private things look like: keys by their makers' prefixes, addresses, numbers that reach or
pay somebody, and the words that announce a secret in some languages. Pure data."""

from __future__ import annotations

import re

BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|MESSAGE|CERTIFICATE)[A-Z ]{0,20}-----"
    r".*?(?:-----END [A-Z0-9 ]{0,60}-----|\Z)",
    re.DOTALL,
)
KNOWN_KEYS = re.compile(
    r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # Amazon
    r"|gh[pousr]_[0-9A-Za-z]{20,}|github_pat_[0-9A-Za-z_]{20,}|glpat-[0-9A-Za-z_-]{16,}"
    r"|[srp]k[-_](?:live|test|proj|ant)?[-_]?[0-9A-Za-z_-]{16,}|whsec_[0-9A-Za-z]{16,}"
    r"|xox[abeoprs]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}"
    r"|AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{16,}|hf_[0-9A-Za-z]{20,}"
    r"|ntn_[0-9A-Za-z]{20,}|npm_[0-9A-Za-z]{20,}|pypi-[0-9A-Za-z_-]{20,}"
    r"|dckr_pat_[0-9A-Za-z_-]{16,}|dop_v1_[0-9a-f]{20,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,}"
    r"|SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}|AGE-SECRET-KEY-1[0-9A-Z]{20,}"
    r"|eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]+)?)"  # JSON web tokens
)
HOOKS = re.compile(
    r"https?://(?:hooks\.slack\.com/services|(?:\w+\.)?discord(?:app)?\.com/api/webhooks)/[\w/-]+"
)
"""Addresses that are keys themselves: who knows them may write there."""
BEARER = re.compile(r"(?i)\b((?:bearer|basic)[ \t]+)(?=[^\s<]*\d)[\w.~+/-]{12,}={0,2}")
IN_ADDRESS = re.compile(r"(?<=://)[^\s/:@<>]{1,100}:[^\s/@<>]{1,100}(?=@)")
"""Name and password in an address: `https://ada:secret@example.org`."""
LONG = re.compile(r"(?<![\w/.+-])[0-9A-Za-z_+/=-]{16,}(?![\w/.])")

EMAIL = re.compile(
    r"(?i)[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}(?!(?:png|jpe?g|gif|svg|webp|heic|pdf|mp[34]|mov"
    r"|css|js|html?)\b)[^\W\d_]{2,24}\b"
)
EMAIL_SPELT = re.compile(
    r"(?i)\b[\w.+-]{1,64} ?(?:\((?:at|ät)\)|\[(?:at|ät)\]|\{at\}) ?[\w-]{1,63}"
    r"(?: ?(?:\.|\((?:dot|punkt)\)|\[(?:dot|punkt)\]|\{dot\}) ?[\w-]{2,63}){1,4}"
    r"|\b[\w.+-]{1,64}(?: dot [\w-]{1,63})? at [\w-]{1,63}(?: dot [\w-]{2,63}){1,4}\b"
    r"|\b[\w.+-]{1,64} at (?:gmail|yahoo|hotmail|outlook|icloud|gmx|proton(?:mail)?|web)\.\w{2,4}\b"
)
IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[0-9A-Za-z]{2,4}){3,9}\b")
_IBANS = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22
    DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28
    IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27
    MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24
    SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
"""
IBAN_LENGTHS = {each[:2]: int(each[2:]) for each in _IBANS.split()}
"""Country -> characters of its IBANs (the registry of ISO 13616)."""
CARD = re.compile(r"(?<![\d.,/-])\d(?:[ -]?\d){12,18}(?![\d-]|[.,]\d)")
PHONE = re.compile(
    r"(?<![\w.,/=-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0?\d{1,5}\)[ ./-]?)?\d(?:[ ./-]?\d){5,12}"  # abroad
    r"|\(\d{2,5}\)[ ./-]?\d(?:[ ./-]?\d){4,9}"  # (030) 1234567
    r"|0\d{2,4}[ /-]\d(?:[ -]?\d){4,9}"  # 030 1234567
    r"|0\d(?:[ .-]\d{2}){4}"  # 01 23 45 67 89
    r"|[0٠۰]\d{8,11}"  # 01712345678, in any digits
    r"|(?:1[ .-])?\d{3}[ .-]\d{3}[ .-]\d{4}"  # 555-123-4567
    r"|1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4})"  # 138 0013 8000
    r"|[67]\d{2} \d{3} \d{3}|[6-9]\d{4}[ -]\d{5}"  # 612 345 678, 98765 43210
    r")(?![\w-]|[.,]\d)"
)
PHONE_NAMED = re.compile(
    r"(?i)((?:\b(?:tele(?:phone|fon)|tel|phone|mobile?|cell|handy|fax|whatsapp|signal|тел(?:ефон)?"
    r"|téléphone|teléfono|celular)\b|电话|電話|手机|手機|携帯|전화|هاتف|جوال|טלפון)\.?"
    r"(?: ?(?:number|nummer|no|nr)\b\.?)?[ \t]*[:：]?[ \t]*)"
    r"(\+?[(]?\d(?:[ ()./-]{0,2}\d){5,14})(?![\w-]|[.,]\d)"
)
ID_NAMED = re.compile(
    r"(?i)(\b(?:ssn|social security|tax id|steuer-?(?:id|nummer|nr)"
    r"|sozialversicherungs(?:nummer|nr)|personalausweis|reisepass|ausweis(?:nummer|nr)?|passport"
    r"|driving licence|driver'?s licen[cs]e|national insurance|nif|dni|cpf|konto(?:nummer|nr)?"
    r"|bank account|account|身份证|マイナンバー)\b"
    r"\.?(?: ?(?:number|nummer|no|nr|id|号码?)\b\.?)?[ \t]*[:：#]?[ \t]*"
    r"(?:(?:is|ist|lautet)[ \t]+)?)"
    r"([0-9A-Z]{0,3} ?\d(?:[ ./-]?[0-9A-Z]){5,20})(?!\w)"
)
PIN = re.compile(r"\b(PIN|PUK|TAN|OTP|CVV|CVC)((?:[ \t]+(?:is|ist|was|war|code))?[ \t]+)\d{3,8}\b")

SECRET = (
    r"pass(?:word|wd|phrase|code|wort)s?|passwörter|kennwort|pwd|pw|pin(?:[ -]?code)?|puk|cvv|cvc"
    r"|secret|geheimzahl|zugangscode|mot de passe|mdp|contraseña|senha|wachtwoord|lösenord"
    r"|adgangskode|passord|hasło|heslo|salasana|şifre|parola|пароль|κωδικός|סיסמה|पासवर्ड"
    r"|(?:recovery|backup|2fa|mfa|verification|access|door|gate|alarm|security|unlock|entry)"
    r"[ _-]?codes?|(?:seed|recovery|secret)[ _-]phrase|mnemonic"
)
"""What is nearly always followed by a secret."""
SECRET_UNSPACED = (
    r"密码|密碼|口令|パスワード|暗証番号|비밀번호|암호|كلمة المرور|كلمة السر|الرقم السري"
)
OFTEN = (
    r"(?:api|access|private|auth|client|licen[cs]e)?[ _-]?(?:key|token)|pass|tan|otp|clave|login"
)
"""What announces many other things, too."""

LABEL = re.compile(
    r"(?i)(?:(?<![^\W_])|(?<=(?-i:[a-z]))(?=(?-i:[A-Z])))"
    rf"(?:(?P<strong>{SECRET})|(?P<weak>{OFTEN}))(?![^\W_])(?:[_-][0-9a-z]+)*"
    r"|(?P<unspaced>" + SECRET_UNSPACED + r")"
)
SAID = re.compile(
    r"(?i)[\"'`]?[ \t]*(?:(?P<sign>[:=：＝]|=>|->|→)"
    r"|(?P<verb>(?:is|ist|lautet|was|war|est|es|è|are|to)\b|是|は|هي))[ \t]*"
)
"""Between a label and what it announces."""
