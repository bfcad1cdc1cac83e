"""What a page or a tablet wishes, as a choice of pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kiosk import commands
from kiosk.choice import Choice
from kiosk.errors import KioskError
from tryon.wearables import Place

TOLD = (
    commands.Still
    | commands.KeepDesign
    | commands.Shown
    | commands.Alive
    | commands.Watched
    | commands.CameraTold
    | commands.Recovered
    | commands.Unshown
    | commands.Eye
)


def choice_after(choice: Choice, command: commands.Command, tray: Sequence[str]) -> Choice:
    """What is on once a command is obeyed; the same where it changes nothing that is worn.

    Raises:
        ParureError: it cannot be done; the message is for whoever asked.
    """
    if isinstance(command, commands.Wear):
        place = Place(command.finger, command.hand, command.ear)
        return choice.wear(command.product, command.options, place, also=command.also)
    if isinstance(command, commands.SetOption):
        return choice.set_option(command.option, command.value)
    if isinstance(command, commands.Move):
        return choice.move(_moved(choice.active_piece().place, command))
    if isinstance(command, commands.Select):
        return choice.select(command.piece)
    if isinstance(command, commands.TakeOff):
        return choice.take_off(command.piece)
    if isinstance(command, commands.Step):
        return choice.step(tray, 1 if command.do == "next" else -1)
    if isinstance(command, commands.Undo):
        return choice.undo()
    if isinstance(command, TOLD):
        raise KioskError(f'"{command.do}" is answered to whoever asks, not obeyed.')
    return choice


def _moved(place: Place, command: commands.Move) -> Place:
    moved = place
    if command.finger is not None:
        moved = replace(moved, finger=command.finger)
    if command.hand is not None:
        moved = replace(moved, hand=None if command.hand == "any" else command.hand)
    if command.ear is not None:
        moved = replace(moved, ear=None if command.ear == "both" else command.ear)
    return moved
