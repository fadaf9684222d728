"""Who lives in the demonstration city: made-up people, the same at every start."""
import dataclasses
import hashlib
import hmac
import random
import unicodedata

from demo import routes

HOMES_M = 1400  # Spread of the homes round the centre.
HOMES_MAX_M = 2600
MAIL_DOMAIN = "runners.example"

NAMES = """
Ana Horvat, Ivan Kovačević, Marija Babić, Marko Marić, Petra Jurić, Luka Novak, Ivana Kovačić, Josip Knežević,
Lucija Vuković, Tomislav Marković, Katarina Petrović, Ante Matić, Mia Tomić, Filip Pavlović, Ema Kovač, Matej Božić,
Sara Blažević, Nikola Grgić, Lana Pavić, Stjepan Radić, Iva Perić, Karlo Filipović, Nika Šarić, Dominik Lovrić,
Dora Vidović, Hrvoje Perković, Tea Popović, Jakov Bošnjak, Marta Jukić, Leon Barišić, Klara Lončar, Borna Nikolić,
Eva Vidaković, Roko Mandić, Lea Posavec, Fran Jurković, Magdalena Šimić, David Rukavina, Helena Brkić, Gabriel Lukić,
Paula Galić, Viktor Vuk, Jelena Klarić, Patrik Lukač, Maja Kralj, Domagoj Crnić, Nina Šimunović, Bruno Ivanković,
Vedrana Živković, Dario Žagar
"""


@dataclasses.dataclass(frozen=True)
class person:
    username: str
    email: str
    home: tuple  # (east_m, north_m) of the centre
    speed_mps: float


def plain(text: str) -> str:
    """Without the accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def citizen(name: str) -> person:
    first, last = name.lower().split()
    rng = random.Random(f"citizen {name}")
    while True:
        home = rng.gauss(0, HOMES_M), rng.gauss(0, HOMES_M)
        if max(map(abs, home)) < HOMES_MAX_M:
            break
    return person(f"{first}_{last}", plain(f"{first}.{last}@{MAIL_DOMAIN}"), home, rng.uniform(*routes.SPEED_MPS))


CITIZENS = [citizen(name.strip()) for name in NAMES.replace("\n", " ").split(",")]


def password_for(email: str, secret: str) -> str:
    """Known to whoever knows the operator's secret, and the same at every start."""
    return hmac.new(secret.encode(), email.encode(), hashlib.sha256).hexdigest()[:32]
