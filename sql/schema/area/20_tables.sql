-- purpose: the tables with the rows of the area, under the names by which all queries know them.
-- grain: of each table.
alter view finance rename to municipal_finance;
create view finance as select * from municipal_finance union all by name select * from area_finance;

alter view statement rename to municipal_statement;
create view statement as select * from municipal_statement union all by name select * from area_statement;

alter view activity rename to municipal_activity;
create view activity as select * from municipal_activity union all by name select * from area_activity;

alter view population rename to municipal_population;
create view population as select * from municipal_population union all by name select * from area_population;

alter view projection rename to municipal_projection;
create view projection as select * from municipal_projection union all by name select * from area_projection;

alter view cells rename to municipal_cells;
create view cells as select * from municipal_cells union all by name select * from area_cells;
