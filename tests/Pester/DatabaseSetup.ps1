# Dot-sourced by the tests of databases that are written: a new database with one table, open, below TestDrive:.
. $PSScriptRoot/Setup.ps1
$Home1 = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N'))
$null = New-Item -ItemType Directory $Home1
$ShopSchema = Join-Path $Home1 'shop.cql'
Set-Content $ShopSchema @'
CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
CREATE TABLE shop.orders (id int PRIMARY KEY, at timestamp, total decimal, tags set<text>);
'@
$ShopPath = Join-Path $Home1 'shop'
$Shop = New-CqliteDatabase $ShopPath -Schema $ShopSchema
