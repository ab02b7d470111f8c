# STUB by the lead so that the app boots: helper-3 overwrites this file
def icon(name):
    return ""
