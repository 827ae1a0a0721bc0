"""What a case raises that this machine has not the means for."""


class Skip(Exception):
    pass
