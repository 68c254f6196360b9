from onboarding.policy.vocabulary import *
from tests.support import cases
from tests.support.sessions import *
def test_all(app):
    made = {s: cases.make_case(s).id for s in Status}
    co = cases.make_staff(Role.COORDINATOR, Role.MEDICAL_DIRECTOR, name="Both Roles")
    c = signed_in(app, co)
    r = c.get("/staff"); print(r.status_code, len(r.text)); assert r.status_code==200, r.text
    for s,i in made.items():
        r = c.get(f"/staff/applications/{i}"); print(s, r.status_code, len(r.text)); assert r.status_code==200, r.text
    print(c.get("/staff/counts").status_code)
    b = app.test_client()
    r = sign_in(b, co); print(r.status_code, r.headers.get("Location")); 
    r = b.get("/staff"); print(r.status_code)
    r = b.post("/staff/sign-out", data={"csrf_token": token_of(b)}); print(r.status_code, r.headers.get("Location"))
    print(c.get("/staff").status_code)
