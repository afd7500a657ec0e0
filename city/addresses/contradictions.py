"""What is wrong with a row although each cell can be read, whoever's file it stands in."""


def of_block(values: dict):
    for side in ("left", "right"):
        if bool(values[f"{side}_from"]) != bool(values[f"{side}_to"]):
            yield f"{side}_from and {side}_to: one is a number and the other is not"


def of_corner(values: dict):
    if values["street_a"].casefold() == values["street_b"].casefold():
        yield "street_a and street_b are the same street"
