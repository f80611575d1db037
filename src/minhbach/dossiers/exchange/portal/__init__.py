"""The National Public Service Portal: told of every change, in the fields of DongBoHoSo, and asked for what was filed.

The official description of the connector must be had before going live (the portal's owner gives it out): the names
of fields are from public sources; meanings those leave open (LoaiDoiTuong, LoaiDinhDanh) are sent empty.
"""
