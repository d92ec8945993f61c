-- The weather table: one row for each reading.
CREATE TABLE IF NOT EXISTS weather (
  id          VARCHAR(100),
  location    VARCHAR(20),
  temperature DOUBLE PRECISION,
  humidity    DOUBLE PRECISION,
  tm          TIMESTAMP
);
