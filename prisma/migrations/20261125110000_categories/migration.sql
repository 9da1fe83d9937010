-- The kinds of work that every installation begins with. Their ids and slugs are the same everywhere and never change, so
-- clients may keep them; further ones are added by migrations like this one.

insert into categories (id, slug, name)
values
  ('019aba00-0000-7000-8000-000000000001', 'assembly', 'Assembly'),
  ('019aba00-0000-7000-8000-000000000002', 'care', 'Care and company'),
  ('019aba00-0000-7000-8000-000000000003', 'cleaning', 'Cleaning'),
  ('019aba00-0000-7000-8000-000000000004', 'cooking', 'Cooking'),
  ('019aba00-0000-7000-8000-000000000005', 'delivery', 'Delivery'),
  ('019aba00-0000-7000-8000-000000000006', 'design', 'Design'),
  ('019aba00-0000-7000-8000-000000000007', 'events', 'Events'),
  ('019aba00-0000-7000-8000-000000000008', 'gardening', 'Gardening'),
  ('019aba00-0000-7000-8000-000000000009', 'moving', 'Moving'),
  ('019aba00-0000-7000-8000-00000000000a', 'painting', 'Painting'),
  ('019aba00-0000-7000-8000-00000000000b', 'pets', 'Pets'),
  ('019aba00-0000-7000-8000-00000000000c', 'photography', 'Photography'),
  ('019aba00-0000-7000-8000-00000000000d', 'repairs', 'Repairs'),
  ('019aba00-0000-7000-8000-00000000000e', 'shopping', 'Shopping'),
  ('019aba00-0000-7000-8000-00000000000f', 'software', 'Software'),
  ('019aba00-0000-7000-8000-000000000010', 'teaching', 'Teaching'),
  ('019aba00-0000-7000-8000-000000000011', 'writing', 'Writing and translation'),
  ('019aba00-0000-7000-8000-000000000012', 'other', 'Other');
