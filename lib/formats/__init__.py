"""How numbers and dates are written where Django's own forms for a language don't fit."""
