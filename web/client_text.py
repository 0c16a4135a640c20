"""Every sentence the pages' scripts may show, in one table: key to English sentence.

The scripts hold keys only (`js/lib/text.js`); GET /text/{language}.json hands them this table in the page's language.
Whole sentences, and `{name}` where a name or a time goes. Keys are grouped by the part of the page that speaks.
"""

from __future__ import annotations

from collections.abc import Callable

from config.i18n import N_

_CHECK = {
    "check.asking": N_(
        "Your browser now asks whether this page may use your camera and microphone. Please press “Allow”."
    ),
    "check.starting": N_("Camera and microphone are starting."),
    "check.slow": N_(
        "Your browser is still waiting for your answer. Look for its question at the top or the bottom of the screen"
        " and"
        " press “Allow”. You can also go on without camera and microphone."
    ),
    "check.works": N_("Yes: this is how the others will see you."),
    "check.no_video": N_("The others will hear you, but they will not see you."),
    "check.no_audio": N_("The others will see you, but they will not hear you."),
    "check.neither": N_("You will see and hear the others, but they will neither see nor hear you."),
    "check.speak": N_("Say something: the bar should move."),
    "check.touch": N_("Touch the page, then say something: the bar should move."),
    "check.heard": N_("Did you hear three notes? If not, turn up the volume or plug in headphones."),
    "check.device": N_("Device {number}"),
    "ready.works": N_("I am ready"),
    "ready.no_video": N_("Go on without a camera"),
    "ready.no_audio": N_("Go on without a microphone"),
    "ready.neither": N_("Go on without both"),
    "self.label": N_("Your own picture"),
}

_HEALTH = {
    "health.running": N_("Camera and microphone are being tested."),
    "health.ok": N_("Camera and microphone work."),
    "health.touch": N_("The camera works. Touch the screen once, so that the microphone can be tested too."),
    "health.bad": N_("Camera or microphone do not work. The operator sees what is the matter."),
}

_PROBLEMS = {
    "both.blocked": N_(
        "Your phone or computer does not let the browser use camera and microphone. Open its settings, look for privacy"
        " or app permissions, and allow both for this browser."
    ),
    "both.busy": N_("Another app is using your camera and microphone. Close the other app, then press “Try again”."),
    "both.failed": N_("Camera and microphone could not be started. Close other apps, then press “Try again”."),
    "both.missing": N_(
        "No camera and no microphone were found. If you have them, plug them in, then press “Try again”."
    ),
    "both.refused": N_("This page was not allowed to use your camera and microphone."),
    "camera.blocked": N_(
        "Your phone or computer does not let the browser use the camera. Open its settings, look for privacy or app"
        " permissions, and allow the camera for this browser."
    ),
    "camera.busy": N_("Another app is using your camera. Close the other app, then press “Try again”."),
    "camera.failed": N_("The camera could not be started. Close other apps, then press “Try again”."),
    "camera.missing": N_("No camera was found. If you have one, plug it in, then press “Try again”."),
    "camera.refused": N_("This page was not allowed to use your camera."),
    "microphone.blocked": N_(
        "Your phone or computer does not let the browser use the microphone. Open its settings, look for privacy or app"
        " permissions, and allow the microphone for this browser."
    ),
    "microphone.busy": N_("Another app is using your microphone. Close the other app, then press “Try again”."),
    "microphone.failed": N_("The microphone could not be started. Close other apps, then press “Try again”."),
    "microphone.missing": N_("No microphone was found. If you have one, plug it in, then press “Try again”."),
    "microphone.refused": N_("This page was not allowed to use your microphone."),
    "allow.chrome": N_(
        "To allow it: press the sign to the left of the address at the top, switch on camera and microphone, then press"
        " “Try again”."
    ),
    "allow.chrome_android": N_(
        "To allow it: press the sign to the left of the address at the top, then “Permissions”, allow camera and"
        " microphone, then press “Try again”."
    ),
    "allow.firefox": N_(
        "To allow it: press the crossed-out camera or microphone to the left of the address at the top and remove the"
        " block, then press “Try again”."
    ),
    "allow.firefox_android": N_(
        "To allow it: press the lock to the left of the address, then camera and microphone, until both say “Allowed”,"
        " then press “Try again”."
    ),
    "allow.in_app": N_(
        "You are inside another app, which may not let this page use camera and microphone. Open its menu (three dots)"
        " and choose “Open in browser”."
    ),
    "allow.ios_other": N_(
        "To allow it: open the iPhone's Settings, scroll to this browser, switch on camera and microphone, come back"
        " and"
        " press “Try again”."
    ),
    "allow.ios_safari": N_(
        "To allow it: press the sign beside the address, then “Website Settings”, allow camera and microphone, then"
        " press “Try again”."
    ),
    "allow.other": N_(
        "To allow it: look for the camera sign beside the address, allow camera and microphone, then press “Try again”."
    ),
    "allow.safari": N_(
        "To allow it: open the menu Safari, then “Settings for this website”, allow camera and microphone, then press"
        " “Try again”."
    ),
    "allow.samsung": N_(
        "To allow it: press the lock beside the address, then “Permissions”, allow camera and microphone, then press"
        " “Try again”."
    ),
}

_WAITING = {
    "waiting.slot.title": N_("Your visit begins at {time}"),
    "waiting.slot.title.monitor": N_("This visit begins at {time}"),
    "waiting.slot.own": N_("That is {time} on your clock."),
    "waiting.slot.text.visitor": N_(
        "This is the time at {jail}. You need to do nothing; this page will change by itself. Please stay here."
    ),
    "waiting.slot.text.terminal": N_("Nothing needs to be done here. The picture appears by itself."),
    "waiting.slot.text.monitor": N_("The room is open. The visit itself has not begun."),
    "waiting.prison.title": N_("The prison has not opened the room yet"),
    "waiting.prison.text.visitor": N_(
        "{jail} has to start the visit. You need to do nothing; this page will change by itself. The visit ends at"
        " {end}."
    ),
    "waiting.prison.text.terminal": N_("The operator has to start this visit. It ends at {end}."),
    "waiting.prison.text.monitor": N_("Those who have come are waiting. The visit ends at {end}."),
    "waiting.family.title": N_("The family has not come yet"),
    "waiting.family.text": N_("They can still join. The visit ends at {end}."),
    "waiting.lawyer.title": N_("The lawyer has not come yet"),
    "waiting.lawyer.text": N_("They can still join. The visit ends at {end}."),
    "waiting.nobody.title": N_("The visit is about to begin"),
    "waiting.nobody.text": N_("You need to do nothing; this page will change by itself."),
    "waiting.alive": N_("This page is connected. It is now {time} at the prison."),
    "people.here": N_("Here now: {names}"),
    "trouble.waiting": N_("The connection was lost. This page keeps trying by itself; your place is kept."),
}

_CALL = {
    "left.minutes": N_("{minutes} min left"),
    "left.exact": N_("{time} left"),
    "notice.300": N_("5 minutes are left."),
    "notice.60": N_("1 minute is left."),
    "notice.30": N_("30 seconds are left. Please say goodbye."),
    "quality.good": N_("Good connection"),
    "quality.poor": N_("Weak connection"),
    "quality.bad": N_("Very weak connection"),
    "quality.lost": N_("Reconnecting"),
    "line.ours": N_(
        "The others hear you but do not see you just now: the connection on your side is weak. Your picture comes"
        " back by itself."
    ),
    "line.ours.silent": N_(
        "The others do not see you just now: the connection on your side is weak. Your picture comes back by itself."
    ),
    "line.theirs": N_(
        "You are heard but not seen by {names} just now: the connection there is weak. Your picture comes back by"
        " itself."
    ),
    "line.theirs.silent": N_(
        "You are not seen by {names} just now: the connection there is weak. Your picture comes back by itself."
    ),
    "trouble.link": N_("The connection to the server was lost. This page keeps trying; picture and sound may go on."),
    "trouble.path.visitor": N_(
        "Picture and sound do not get through your network. If you can, change from Wi-Fi to mobile data, or the other"
        " way round."
    ),
    "trouble.path.terminal": N_("Picture and sound do not get through the prison's network. Please tell the staff."),
    "trouble.path.monitor": N_(
        "Pictures do not get through the network to this page. The visit itself may go on. Please tell whoever looks"
        " after this computer."
    ),
    "tile.absent": N_("{name} has not joined yet."),
    "tile.away": N_("{name} lost the connection and can come back until {time}."),
    "tile.both_off": N_("{name} has switched off camera and microphone."),
    "tile.camera_off": N_("{name} has switched off the camera."),
    "tile.frozen": N_("The picture has stopped. Keep talking: the voice may still get through."),
    "tile.muted": N_("{name} has switched off the microphone."),
    "tile.paused.ours": N_(
        "You do not see {name} just now, but the voice goes on: the connection on your side is weak. The picture"
        " comes back by itself."
    ),
    "tile.paused.ours.silent": N_(
        "You do not see {name} just now: the connection on your side is weak. The picture comes back by itself."
    ),
    "tile.paused.theirs": N_(
        "You do not see {name} just now, but the voice goes on: the connection there is weak. The picture comes"
        " back by itself."
    ),
    "tile.paused.theirs.silent": N_(
        "You do not see {name} just now: the connection there is weak. The picture comes back by itself."
    ),
    "tile.nothing": N_("Nothing arrives from {name} at the moment. Please wait."),
    "tile.starting": N_("The picture is on its way."),
    "tile.watched.nothing": N_("{name}: neither picture nor voice has arrived since {time}."),
    "tile.watched.paused.ours": N_("No picture just now: weak connection here. The voice goes on."),
    "tile.watched.paused.ours.silent": N_("No picture just now: weak connection here."),
    "tile.watched.paused.theirs": N_("No picture just now: weak connection there. The voice goes on."),
    "tile.watched.paused.theirs.silent": N_("No picture just now: weak connection there."),
    "tile.watched.picture": N_("{name}: no picture has arrived since {time}."),
    "tile.watched.picture_only": N_("{name}: no picture has arrived since {time}. The voice still arrives."),
    "tile.watched.picture_muted": N_("{name}: no picture has arrived since {time}. The microphone is switched off."),
    "tile.watched.sound_only": N_("{name}: no voice has arrived since {time}. The picture still arrives."),
    "tile.watched.sound_hidden": N_("{name}: no voice has arrived since {time}. The camera is switched off."),
    "watched.visitor.family": N_("Prison staff can watch and hear this call."),
    "watched.visitor.legal": N_("Prison staff can watch this call. They cannot hear it."),
    "watched.terminal.family": N_("Prison staff can watch and hear this call."),
    "watched.terminal.legal": N_("Prison staff can watch this call. They cannot hear it."),
}

_STAFF = {
    "hold.title": N_("The prison has paused the visit"),
    "hold.text": N_("You need to do nothing; it goes on by itself. Until then neither side sees or hears the other."),
    "hold.text.monitor": N_("Until it goes on, neither side sees or hears the other, and nothing is sent to you."),
    "hold.time": N_("The time runs on: the visit still ends at {time}."),
    "taken.sound": N_(
        "The staff have switched off your sound. The others cannot hear you until it is switched on again."
    ),
    "taken.picture": N_(
        "The staff have switched off your picture. The others cannot see you until it is switched on again."
    ),
    "taken.both": N_(
        "The staff have switched off your picture and sound. The others can neither see nor hear you until they are"
        " switched on again."
    ),
    "self.taken.sound": N_("Sound off by staff"),
    "self.taken.picture": N_("Picture off by staff"),
    "self.taken.both": N_("Picture and sound off by staff"),
    "tile.taken.sound": N_("The staff have switched off the sound of {name}."),
    "tile.taken.picture": N_("The staff have switched off the picture of {name}."),
    "tile.taken.both": N_("The staff have switched off picture and sound of {name}."),
    "tile.kept.sound": N_("{name}: sound switched off by staff. Only you and other staff hear it."),
    "tile.kept.picture": N_("{name}: picture switched off by staff. Only you and other staff see it."),
    "tile.kept.both": N_("{name}: picture and sound switched off by staff. Only you and other staff receive them."),
    "tile.kept.sound.legal": N_("{name}: sound switched off by staff. Nobody hears it."),
    "tile.kept.picture.legal": N_("{name}: picture switched off by staff. Only you and other staff see it."),
    "tile.kept.both.legal": N_(
        "{name}: picture and sound switched off by staff. Only you and other staff see the picture; nobody hears the"
        " sound."
    ),
    "warning.title": N_("The prison staff say:"),
    "warning.behave": N_("Please speak and act calmly. If this goes on, the staff may end the visit."),
    "warning.cover": N_("Please be properly dressed while the camera is on."),
    "warning.faces": N_(
        "Only the people registered for this visit may be in the picture. Please ask everybody else to step away."
    ),
    "warning.language": N_("Please speak in a way the staff can understand."),
    "warning.recording": N_(
        "This visit may not be recorded. Please stop recording, and take no pictures of the screen."
    ),
    "warning.subject": N_("This may not be spoken about here. Please talk about something else."),
    "warning.time": N_("The visit is nearly over. Please say what is most important now."),
}

_CONTROLS = {
    "mute.turn_off": N_("Mute"),
    "mute.turn_on": N_("Unmute"),
    "camera.turn_off": N_("Turn camera off"),
    "camera.turn_on": N_("Turn camera on"),
    "self.muted": N_("They can't hear you"),
    "self.hidden": N_("They can't see you"),
    "self.both_off": N_("They can't see or hear you"),
    "leave.text": N_("You can come back until {time}, but you will need new codes from your mail."),
}

_END = {
    "ended.title": N_("The visit has ended"),
    "ended.title.left": N_("You have left the visit"),
    "ended.slot_over": N_("It ended at {time}, when its time was over."),
    "ended.ended_by_staff": N_("The staff ended it at {time}. It was planned until {planned}."),
    "ended.no_show": N_("It was closed at {time} because one side did not come. It was planned until {planned}."),
    "ended.left": N_("You left at {time}. The visit is planned until {planned}."),
    "ended.other": N_("It ended at {time}. It was planned until {planned}."),
    "ended.next.return": N_("If you left by mistake, you can come back until {planned}."),
    "ended.next.family": N_(
        "To meet again, ask for a new visit in the same way as for this one. If much of the time was lost and it was"
        " not your fault, a mail tells you how to have another one. If none comes, call the helpline of {jail}."
    ),
    "ended.next.legal": N_(
        "To meet again, apply for a new legal visit. If much of the time was lost and it was not your fault, a mail"
        " tells you how to have another one. If none comes, call the helpline of {jail}."
    ),
    "ended.next.terminal": N_(
        "If much of the time was lost and it was not the family's fault, a mail tells them how to have another visit."
        " This screen goes back to its first page by itself."
    ),
    "ended.next.monitor": N_("There is nothing more to watch here."),
}

_FOLLOW = {
    "side.family": N_("Family"),
    "side.lawyer": N_("Lawyer"),
    "side.prison": N_("Prison's side"),
    "follow.connecting": N_("Connecting to the room."),
    "follow.elsewhere": N_("An earlier connection of this page is still open. This page tries again by itself."),
    "follow.full": N_("As many monitors as may watch this room do so already. This page tries again by itself."),
    "follow.unreachable": N_("The server does not answer. This page tries again by itself."),
}

_STOPPED = {
    "stopped.closed.title": N_("This room is not open"),
    "stopped.closed.text": N_("The visit may have ended, or it has not been started yet."),
    "stopped.elsewhere.title": N_("Your visit is open in another window"),
    "stopped.elsewhere.text": N_(
        "It can be open in one place only, so nothing was changed there. To continue here, close the other window or"
        " device, wait a few seconds, then press “Try again”."
    ),
    "stopped.failed.title": N_("This page is out of date"),
    "stopped.failed.text": N_("Press “Try again”. If that does not help, open the link from your mail again."),
    "stopped.full.title": N_("All places in this visit are taken"),
    "stopped.full.text": N_("If you have a place in this visit, please call the helpline."),
    "stopped.insecure.title": N_("This address is not secure"),
    "stopped.insecure.text": N_(
        "Browsers give camera and microphone only to pages whose address begins with https. Please open the link from"
        " your mail again, exactly as it stands there."
    ),
    "stopped.link.title": N_("Please enter your codes again"),
    "stopped.link.text": N_(
        "Your place could not be found from here. Open the link from your mail, or press the button below."
    ),
    "stopped.old.title": N_("This browser is too old for video visits"),
    "stopped.old.text": N_(
        "Please open the link from your mail in a new version of Chrome, Firefox or Safari, on this device or another"
        " one."
    ),
    "stopped.unreachable.title": N_("The server does not answer"),
    "stopped.unreachable.text": N_(
        "Check your internet connection, then press “Try again”. Your place in the visit is kept."
    ),
    "stopped.used.title": N_("Your visit was already opened"),
    "stopped.used.text": N_(
        "If it is still open in another tab or window, go back there. If you have closed it, enter the codes again: new"
        " ones come to your mail."
    ),
}

SENTENCES: dict[str, str] = (
    _CHECK | _HEALTH | _PROBLEMS | _WAITING | _CALL | _STAFF | _CONTROLS | _END | _FOLLOW | _STOPPED
)


def client_text(translate: Callable[[str], str]) -> dict[str, str]:
    """The whole table through `translate`, such as a catalogue's `gettext`."""
    return {key: translate(sentence) for key, sentence in SENTENCES.items()}
