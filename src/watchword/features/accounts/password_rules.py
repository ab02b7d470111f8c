# STUB by the lead so that the app boots: helper-3 overwrites this file
from watchword.features.accounts.errors import PasswordTooShort
def prepare(text): return text
def check_new_password(text, *, minimum, about):
    if len(text)<minimum: raise PasswordTooShort
    return text
