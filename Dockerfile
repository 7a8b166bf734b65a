# MentorMatch as an image: docker build -t mentormatch . && docker run --rm -v "$PWD:/data" mentormatch check /data
#
# The base needs Python 3.12 or newer with its venv module; both stages use the same one, so that what was built also runs.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_REQUIRE_HASHES=1 PIP_ONLY_BINARY=:all:
WORKDIR /source

# The lock files change less often than the code: these two layers are kept while only code changes.
COPY requirements/build.txt requirements/core.txt requirements/
RUN python3 -m venv /opt/build && /opt/build/bin/python -m pip install --quiet --requirement requirements/build.txt
RUN python3 -m venv /opt/mentormatch \
    && /opt/mentormatch/bin/python -m pip install --quiet --requirement requirements/core.txt

COPY pyproject.toml README.md ./
COPY mentormatch mentormatch
COPY templates templates
COPY migrations migrations
COPY config config
RUN /opt/build/bin/python -m hatchling build --target wheel --directory /tmp/wheel \
    && PIP_REQUIRE_HASHES=0 /opt/mentormatch/bin/python -m pip install --quiet --no-index --no-deps /tmp/wheel/*.whl \
    && /opt/mentormatch/bin/python -m pip uninstall --quiet --yes pip

FROM ${BASE}
# Nobody in particular: the image runs under any other user id as well.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data mentormatch && install -d -o mentormatch -g mentormatch /data
COPY --from=build /opt/mentormatch /opt/mentormatch
ENV PATH=/opt/mentormatch/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["mentormatch"]
CMD ["--help"]
