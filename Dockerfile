# One image for web, worker, beat, courier and migrate. It runs the commands of the Procfile as an ordinary user.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
RUN useradd --system --create-home --uid 10001 shaoxiang && install -d -o shaoxiang /data
WORKDIR /app

COPY requirements.txt .
RUN pip install --disable-pip-version-check -r requirements.txt

COPY . .
# Translations and static files are part of the image. The key serves this one command only.
RUN python -c "from ground.prepare import compile_translations; compile_translations()" \
    && SECRET_KEY=only-while-building STATIC_ROOT=/app/collected python manage.py collectstatic --no-input

USER shaoxiang
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "ground/gunicorn.conf.py", "config.asgi"]
