"""An extension of supervisord, loaded by its configuration: writes every change of state to a file."""
import json

from supervisor import events


def make(supervisord, path):
    log = open(path, "a", buffering=1)

    def write(event):
        record = {
            "process": event.process.config.name,
            "group": event.process.group.config.name,
            "event": events.getEventNameByType(event.__class__),
            "expected": getattr(event, "expected", None),
        }
        log.write(json.dumps(record) + "\n")

    events.subscribe(events.ProcessStateEvent, write)
    return Nothing()


class Nothing:
    """What it adds to supervisord's API."""
