"""What is logged in: its renewal, the list of sessions, and their end."""

from datetime import UTC, datetime

import ksef2
from identities import ec_key, seal
from ksef2.models import AuthenticationResumeState
from ksef2.testdata import generate_nip
from place import Sandbox, current_session, login
from steps import equal, refused, step


@step("a refresh token gets another access token, as often as one likes")
def refresh(box: Sandbox) -> None:
    with box.client() as client:
        auth = login(client, generate_nip())
        equal(current_session(auth).last_token_refresh_date, None, "date of the last refresh")
        seen = {auth.access_token}
        for _ in range(3):
            refreshed = client.authentication.refresh(refresh_token=auth.refresh_token)
            seen.add(refreshed.access_token.token)
            assert refreshed.access_token.valid_until > datetime.now(UTC), "valid until"
        equal(len(seen), 4, "different access tokens")
        assert current_session(auth).last_token_refresh_date is not None, "date of the last refresh"


@step("a state saved as JSON resumes, with the refreshed token too")
def resume(box: Sandbox) -> None:
    with box.client() as client:
        auth = login(client, generate_nip())
        saved = auth.resume_state().to_json()
        reference = current_session(auth).reference_number
    with box.client() as client:
        state = AuthenticationResumeState.from_json(saved)
        equal(current_session(client.authentication.resume(state)).reference_number, reference, "session")
        refreshed = client.authentication.refresh(refresh_token=state.refresh_token.get_secret_value())
        tokens = state.to_tokens().model_copy(update={"access_token": refreshed.access_token})
        resumed = client.authentication.resume(AuthenticationResumeState.from_tokens(tokens))
        equal(resumed.access_token, refreshed.access_token.token, "access token")
        equal(current_session(resumed).reference_number, reference, "session")


@step("an access token that has ended is renewed on the way, if that is wanted")
def renewal(box: Sandbox) -> None:
    with box.client() as client, box.client(auto_refresh_tokens=False) as strict:
        nip = generate_nip()
        auth, by_hand = login(client, nip), login(strict, nip)
        before = auth.access_token
        box.control("POST", "/advance", {"by": "16m"})
        equal(len(list(auth.sessions.list())), 2, "sessions")
        assert auth.access_token != before, "the access token was renewed"
        with refused(ksef2.KSeFAuthError, status_code=401):
            list(by_hand.sessions.list())


@step("sessions are listed newest first, page by page")
def session_pages(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        identity = seal(nip, ec_key())
        references = [current_session(login(client, nip, identity)).reference_number for _ in range(11)]
        auth = login(client, nip, identity)
        page = auth.sessions.query(page_size=10)
        equal(len(page.items), 10, "size of the first page")
        assert page.continuation_token, "there is a second page"
        rest = auth.sessions.query(page_size=10, continuation_token=page.continuation_token)
        equal(rest.continuation_token, None, "continuation after the last page")
        both = [s.reference_number for s in page.items + rest.items]
        equal(both[1:], references[::-1], "order")
        equal([s.is_current for s in page.items], [True] + [False] * 9, "current")
        equal(
            [[s.reference_number for s in p.items] for p in auth.sessions.all(page_size=10)],
            [both[:10], both[10:]],
            "all",
        )
        equal([s.reference_number for s in auth.sessions.list(page_size=100)], both, "list")


@step("a session that is closed is gone, and its refresh token dead")
def close_another(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        first, second = login(client, nip), login(client, nip)
        first.sessions.close(reference_number=current_session(second).reference_number)
        equal(len(first.sessions.query(page_size=10).items), 1, "sessions left")
        with refused(
            ksef2.KSeFAuthError,
            status_code=400,
            ksef_code=21301,
            details=["Status uwierzytelnienia (425) nie pozwala na odświeżenie tokenu dostępowego."],
        ):
            client.authentication.refresh(refresh_token=second.refresh_token)


@step("the current session terminates; its access token lives on and sees nothing")
def terminate_current(box: Sandbox) -> None:
    with box.client() as client:
        auth = login(client, generate_nip())
        auth.sessions.terminate_current()
        equal(list(auth.sessions.list()), [], "sessions")
        with refused(ksef2.KSeFAuthError, status_code=400, ksef_code=21301):
            client.authentication.refresh(refresh_token=auth.refresh_token)


@step("another taxpayer's session cannot be closed")
def close_foreign(box: Sandbox) -> None:
    with box.client() as client:
        mine, foreign = login(client, generate_nip()), login(client, generate_nip())
        with refused(ksef2.KSeFPermissionDeniedError, status_code=403):
            mine.sessions.terminate(current_session(foreign).reference_number)
        equal(len(list(foreign.sessions.list())), 1, "sessions of the other")
