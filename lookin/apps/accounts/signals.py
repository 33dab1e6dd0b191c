"""What happens to people that apps above this one act upon. Sent inside the transaction."""

from __future__ import annotations

from django.dispatch import Signal

# (person: User) somebody may sign in now who could not before.
person_let_in = Signal()
# (person: User) somebody may not sign in any more.
person_let_go = Signal()
# () an admin looks at the list of people; whoever has a warning answers with its sentence.
people_shown = Signal()
