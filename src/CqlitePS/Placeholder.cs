namespace CqlitePS;
