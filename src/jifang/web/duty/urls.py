"""Addresses of the duty room."""

from django.urls import path

from jifang.web.duty import supervising, views

app_name = "duty"
urlpatterns = [
    path("duty/", views.page, name="page"),
    path("duty/queue/", views.queue, name="queue"),
    path("duty/next/", views.take_next, name="next"),
    path("duty/shift/start/", views.start_shift, name="start_shift"),
    path("duty/shift/end/", views.end_shift, name="end_shift"),
    path("duty/console/", views.console, name="console"),
    path("duty/handled/", views.handled, name="handled"),
    path("duty/supervisor/", supervising.page, name="supervisor"),
    path("duty/supervisor/board/", supervising.board, name="board"),
    path("duty/<int:activation_id>/", views.card, name="card"),
    path("duty/<int:activation_id>/log/", views.log, name="log"),
    path("duty/<int:activation_id>/take/", views.take, name="take"),
    path("duty/<int:activation_id>/release/", views.release, name="release"),
    path("duty/<int:activation_id>/take-over/", views.take_over, name="take_over"),
    path("duty/<int:activation_id>/note/", views.note, name="note"),
    path("duty/<int:activation_id>/step/", views.step, name="step"),
    path("duty/<int:activation_id>/call/<int:contact_id>/", views.call, name="call"),
    path("duty/<int:activation_id>/pass-phrase/<int:contact_id>/", views.pass_phrase, name="pass_phrase"),
    path("duty/<int:activation_id>/close/", views.close, name="close"),
]
