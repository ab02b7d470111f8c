# STUB by the lead so that the app boots: helper-3 overwrites this file
from watchword.core.errors import AuthError
class UserNameTaken(AuthError):
    code="user_name_taken"; message="That user name is taken."; field="username"
class PasswordTooShort(AuthError):
    code="password_too_short"; message="x"; field="password"
