"""The addresses of this app, for pages and for sockets."""

from __future__ import annotations

from typing import Any

from django.urls import path

from lookin.apps.accounts.classroom.consumers import LeaveCamera, StaySocket
from lookin.apps.accounts.faces.consumers import EnrolCamera, SignInCamera
from lookin.apps.accounts.views import (
    account,
    classroom,
    face,
    passkeys,
    people,
    signin,
    start,
)

urlpatterns = [
    path("login", signin.login_page, name="login"),
    path("login/face", signin.login_face, name="login_face"),
    path("login/forget", signin.login_forget, name="login_forget"),
    path("logout", signin.logout_page, name="logout"),
    path("ajax/login", signin.ajax_login, name="ajax_login"),
    path("start/<str:secret>", start.start_page, name="start"),
    path("invite/<str:secret>", start.start_page, name="invite"),
    path("account/", account.account_page, name="account"),
    path("account/profile", account.change_profile, name="account_profile"),
    path("account/password", account.change_password, name="account_password"),
    path("account/face", face.face_page, name="account_face"),
    path("account/face/prove", face.prove, name="account_face_prove"),
    path("account/face/forget", face.forget_face, name="account_face_forget"),
    path("account/face/export", face.export_face, name="account_face_export"),
    path("account/face/more", face.choose_more, name="account_face_more"),
    path("account/devices/<uuid:device_id>/forget", account.forget_device, name="device_forget"),
    path("ajax/passkeys/sign-in/begin", passkeys.begin_sign_in, name="passkey_sign_in_begin"),
    path("ajax/passkeys/sign-in", passkeys.sign_in, name="passkey_sign_in"),
    path("ajax/passkeys/confirm/begin", passkeys.begin_confirming, name="passkey_confirm_begin"),
    path("ajax/passkeys/confirm", passkeys.confirm, name="passkey_confirm"),
    path("ajax/passkeys/add/begin", passkeys.begin_adding, name="passkey_add_begin"),
    path("ajax/passkeys/add", passkeys.add, name="passkey_add"),
    path("account/passkeys/<str:passkey_id>/rename", passkeys.rename, name="passkey_rename"),
    path("account/passkeys/<str:passkey_id>/remove", passkeys.remove, name="passkey_remove"),
    path("account/sessions/end", account.end_sessions, name="sessions_end"),
    path("people/", people.people_page, name="people"),
    path("people/add", people.add_person, name="people_add"),
    path("people/faces/switch", people.switch_faces, name="people_faces_switch"),
    path("people/faces/purge", people.purge_faces, name="people_faces_purge"),
    path("people/device", classroom.register_device, name="people_device"),
    path("people/device/<uuid:device_id>/change", classroom.change_device, name="device_change"),
    path("people/device/<uuid:device_id>/forget", classroom.remove_device, name="device_remove"),
    path("attendance/", classroom.attendance_page, name="attendance"),
    path("attendance/csv", classroom.attendance_file, name="attendance_file"),
    path("people/<uuid:person_id>/invite", people.invite_person, name="people_invite"),
    path("people/<uuid:person_id>/role", people.change_role, name="people_role"),
    path("people/<uuid:person_id>/active", people.set_active, name="people_active"),
]

websocket_urlpatterns: list[Any] = [
    path("ws/faces/sign-in", SignInCamera.as_asgi()),
    path("ws/faces/enrol", EnrolCamera.as_asgi()),
    path("ws/classroom/stay", StaySocket.as_asgi()),
    path("ws/classroom/leave", LeaveCamera.as_asgi()),
]
