"""The demo shops' addresses; on any other tenant's host they are not found."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.home, name="home"),
    path("shop/", views.shop, name="shop"),
    path("shop/orders/", views.orders, name="orders"),
]
