-- Tasks near a place. A point of the earth is a point of the unit sphere in space: the straight line between two of them grows
-- with the way along the ground, so it ranks and bounds like it, has no seam at the date line or the poles, and has an index.
-- The body is bound when the function is made, so no search path can change what the index means.

create extension if not exists cube;

create function earth_point(latitude numeric, longitude numeric) returns cube
language sql immutable strict parallel safe
return cube(array[
  cos(radians(latitude::double precision)) * cos(radians(longitude::double precision)),
  cos(radians(latitude::double precision)) * sin(radians(longitude::double precision)),
  sin(radians(latitude::double precision))
]);

create index tasks_place_idx on tasks using gist (earth_point(latitude, longitude)) where latitude is not null;
