"""Pseudonyms as people read them aloud: `P-K7QF-2M9T` instead of nineteen digits."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code survives handwriting and the telephone."""

BITS = 40
"""Eight letters: among 20,000 people two share a code with probability 2 in 10,000. The tables keep all 64 bits."""


def code(number: int, of: str = "P") -> str:
    """The short code of a pseudonym, its first 40 bits in base 32, after a letter for what it is the code `of`."""
    first = (number & (2**64 - 1)) >> (64 - BITS)
    letters = "".join(ALPHABET[first >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return f"{of}-{letters[:4]}-{letters[4:]}"


def spelled(text: str) -> str:
    """The code that somebody wrote down or heard: without its dashes, in small letters, O for 0, I and L for 1.

    Raises ValueError for what is no code.
    """
    letters = text.strip().upper().removeprefix("P-").replace("-", "").translate(str.maketrans("OIL", "011"))
    letters = letters.removeprefix("P") if len(letters) * 5 > BITS else letters  # P may begin the eight letters, too
    if len(letters) * 5 != BITS or not set(letters) <= set(ALPHABET):
        raise ValueError(f"{text!r} is not a code")
    return f"P-{letters[:4]}-{letters[4:]}"
