"""What is too large is refused before it is read: anybody may send a form, and a full disk stops everybody."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseTooLarge(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS: a request holds one file of MAX_UPLOAD_BYTES and the rest of its form.

    A file a little too large still comes in, so that its form can say so beside the field.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        most = settings.MAX_UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig(f"{content_length} bytes; at most {most} are read")

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
