"""The pages of the guide."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from jifang.web.access import PUBLIC, requires
from jifang.web.help import guide


@require_GET
@requires(PUBLIC)
def index(request: HttpRequest) -> HttpResponse:
    """The list of chapters, and the search in them."""
    language = get_language() or "zh-hans"
    words = request.GET.get("q", "")[:80]
    context = {"chapters": guide.chapters(language), "words": words, "hits": guide.search(words, language)}
    return render(request, "web/help/index.html", context)


@require_GET
@requires(PUBLIC)
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter with its table of contents."""
    language = get_language() or "zh-hans"
    found = guide.chapter(slug, language)
    if found is None:
        raise Http404
    chapters = guide.chapters(language)
    at = chapters.index(found)
    context = {
        "chapter": found,
        "chapters": chapters,
        "previous": chapters[at - 1] if at else None,
        "next": chapters[at + 1] if at + 1 < len(chapters) else None,
    }
    return render(request, "web/help/chapter.html", context)
