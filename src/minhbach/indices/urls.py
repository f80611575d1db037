from minhbach.indices.views.boards.urls import urlpatterns as boards
from minhbach.indices.views.exports.urls import urlpatterns as exports
from minhbach.indices.views.live.urls import urlpatterns as live
from minhbach.indices.views.sets.urls import urlpatterns as sets
from minhbach.indices.views.sheets.urls import urlpatterns as sheets

app_name = "indices"

urlpatterns = [*sheets, *boards, *sets, *exports, *live]
