# Dot-sourced by the tests of clusters: a new database below TestDrive:, served with TLS to those who log in, and a connection to it.
. $PSScriptRoot/Setup.ps1
$ClusterHome = Join-Path (Get-PSDrive TestDrive).Root ([guid]::NewGuid().ToString('N'))
$null = New-Item -ItemType Directory $ClusterHome
Set-Content $ClusterHome/shop.cql @'
CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
CREATE TYPE shop.addr (street text, zip int);
CREATE TYPE shop.unused (a int);
CREATE TABLE shop.orders (id int PRIMARY KEY, at timestamp, total decimal, tags set<text>, home frozen<addr>);
CREATE TABLE shop.hits (page text PRIMARY KEY, n counter);
CREATE INDEX ON shop.orders (total);
'@
$Db = New-CqliteDatabase $ClusterHome/db -Schema $ClusterHome/shop.cql

$key = [Security.Cryptography.RSA]::Create(2048)
$request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=localhost', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
$names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
$names.AddDnsName('localhost')
$names.AddIpAddress('127.0.0.1')
$request.CertificateExtensions.Add($names.Build())
$certificate = $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(10))
$Pin = $certificate.GetCertHashString('SHA256')
Set-Content $ClusterHome/server.pem ($certificate.ExportCertificatePem() + "`n" + $key.ExportPkcs8PrivateKeyPem())
Set-Content $ClusterHome/ca.pem $certificate.ExportCertificatePem()
$Server = Start-CqliteServer -Port 0 -TlsCertificate $ClusterHome/server.pem -RequireAuthentication
Invoke-CqlQuery "CREATE ROLE anna WITH LOGIN = true AND SUPERUSER = true AND PASSWORD = 'rose'"
$Contact = "127.0.0.1:$($Server.Port)"
function Get-Login([string] $Name, [string] $Password) { [pscredential]::new($Name, (ConvertTo-SecureString $Password -AsPlainText -Force)) }
$Anna = Get-Login anna rose
$Cluster = Connect-Cassandra $Contact -Credential $Anna -CertificateAuthority $ClusterHome/ca.pem
function Close-Cluster { Disconnect-Cassandra -All; Stop-CqliteServer -All; Close-CqliteDatabase -All }
