BeforeAll { . $PSScriptRoot/Setup.ps1; $db = Open-CqliteDatabase $Snapshot }
AfterAll { Close-CqliteDatabase -All }

Describe 'Invoke-CqlQuery' {
    Context 'rows' {
        It 'streams an object a row, with typed properties' {
            $rows = Invoke-CqlQuery 'SELECT * FROM app.events WHERE id = 1'
            $rows | Should -HaveCount 8
            $row = $rows[0]
            $row | Should -BeOfType CqlitePS.Objects.CqlRow
            $row.id | Should -BeOfType int
            $row.at | Should -Be ([DateTimeOffset]'2023-11-14T22:13:56Z')
            $row.body | Should -Be 'event 36'
            $row.home.street | Should -Be 's36'
            $row.log | Should -Be 36, 37
            $row.props['i'] | Should -Be 36
            $row.tags | Should -Be all, t0
            $row.owner | Should -BeNullOrEmpty
        }

        It 'works with the cmdlets of PowerShell' {
            $query = 'SELECT id, n, body FROM events WHERE id = 1'
            (Invoke-CqlQuery $query | Where-Object n -gt 20).n | Should -Be 36, 31, 26, 21
            (Invoke-CqlQuery $query | Sort-Object n | Select-Object -First 1 n).n | Should -Be 1
            (Invoke-CqlQuery $query | ConvertTo-Csv)[0..1] | Should -Be '"id","n","body"', '"1","36","event 36"'
            (Invoke-CqlQuery $query | ConvertTo-Json | ConvertFrom-Json)[0].body | Should -Be 'event 36'
            (Invoke-CqlQuery $query | Format-Table | Out-String) | Should -Match 'id\s+n body'
            (Invoke-CqlQuery $query | Get-Member -MemberType Property).Name | Should -Be body, id, n
            (Invoke-CqlQuery $query | Measure-Object n -Sum).Sum | Should -Be 148
            (Invoke-CqlQuery $query | Group-Object id).Count | Should -Be 8
        }

        It 'keeps columns apart that differ in case only, or not at all' {
            $row = Invoke-CqlQuery 'SELECT n, n AS "N", n AS "odd name", count(n) FROM events WHERE id = 1'
            $row.psobject.Properties.Name | Should -Be n, N_2, 'odd name', 'system.count(n)'
        }

        It 'gives null for what is null' {
            (Invoke-CqlQuery 'SELECT owner FROM events LIMIT 1').owner | Should -Be $null
        }

        It 'stops early with the pipeline' {
            Invoke-CqlQuery 'SELECT * FROM events' | Select-Object -First 3 | Should -HaveCount 3
        }
    }

    Context 'other forms' {
        It 'gives a DataTable, or one a page' {
            $table = Invoke-CqlQuery 'SELECT id, at, n FROM events' -As DataTable
            , $table | Should -BeOfType System.Data.DataTable
            $table.Rows.Count | Should -Be 40
            $table.Columns['n'].DataType | Should -Be ([int])
            (Invoke-CqlQuery 'SELECT id FROM events' -As DataTable -PageSize 16).ForEach({ $_.Rows.Count }) | Should -Be 16, 16, 8
        }

        It 'gives JSON, a line a row' {
            $lines = Invoke-CqlQuery 'SELECT id, n FROM events WHERE id = 1 LIMIT 2' -As Json
            $lines | Should -Be '{"id":1,"n":36}', '{"id":1,"n":31}'
        }

        It 'shows the plan' {
            Invoke-CqlQuery 'SELECT * FROM events WHERE id = 1' -Explain | Should -Match 'by key'
        }

        It 'tells what would be read, also before values are known' {
            Invoke-CqlQuery 'SELECT * FROM events WHERE id = ?' -Explain | Should -Match 'SSTables: 1 of 1'
            Invoke-CqlQuery 'SELECT * FROM events WHERE id = ?' 77777 -Explain | Should -Match 'ruled out by'
        }

        It 'tells rows read against rows returned' {
            Invoke-CqlQuery 'SELECT * FROM events WHERE n = 36 ALLOW FILTERING' -Analyze | Should -Match 'read 40 rows of 5 partitions, returned 1, in'
            { Invoke-CqlQuery 'USE app' -Analyze } | Should -Throw -ErrorId 'InvalidQuery,*'
        }

        It 'tells what was read, when asked to be verbose' {
            Invoke-CqlQuery 'SELECT n FROM events WHERE n = 36 ALLOW FILTERING' -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | Should -Match '40 rows of 5 partitions'
        }

        It 'gives up in time' {
            { Invoke-CqlQuery 'SELECT * FROM events' -Timeout 0.001 | ForEach-Object { Start-Sleep -Milliseconds 250 } } | Should -Throw -ErrorId 'Timeout,*'
        }

        It 'pages through all rows in every form' {
            (Invoke-CqlQuery 'SELECT id FROM events' -PageSize 16) | Should -HaveCount 40
            (Invoke-CqlQuery 'SELECT id FROM events' -PageSize 7 -As Json) | Should -HaveCount 40
            $messages = Invoke-CqlQuery 'SELECT id FROM events' -PageSize 16 -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
            $messages | Should -HaveCount 3
        }
    }

    Context 'parameters' {
        It 'binds an array by position' {
            (Invoke-CqlQuery 'SELECT n FROM events WHERE id = ? AND at > ?' 1, '2023-11-14T22:13:46Z').n | Should -Be 36, 31
        }

        It 'binds a hashtable by name' {
            (Invoke-CqlQuery 'SELECT n FROM events WHERE id = :id AND at > :since' @{ id = 1; since = [DateTimeOffset]'2023-11-14T22:13:46Z' }).n | Should -Be 36, 31
            { Invoke-CqlQuery 'SELECT n FROM events WHERE id = :id' @{ id = 1; other = 2 } } | Should -Throw -ErrorId 'InvalidArgument,*'
            { Invoke-CqlQuery 'SELECT n FROM events WHERE id = :id' @{ other = 2 } } | Should -Throw -ErrorId 'InvalidArgument,*'
        }

        It 'binds objects of the pipeline by property name, texts read as CQL would' {
            $found = "id,what`n1,a`n4,b" | ConvertFrom-Csv | Invoke-CqlQuery 'SELECT id, n FROM events WHERE id = :id LIMIT 1'
            $found.id | Should -Be 1, 4
            (0..2 | Invoke-CqlQuery 'SELECT id FROM events WHERE id = ? LIMIT 1').id | Should -Be 0, 1, 2
        }

        It 'goes on after an object that does not fit' {
            $found = 1, 'x', 2 | Invoke-CqlQuery 'SELECT id FROM events WHERE id = ? LIMIT 1' -ErrorAction SilentlyContinue -ErrorVariable failed
            $found.id | Should -Be 1, 2
            $failed | Should -HaveCount 1
            $failed[0].FullyQualifiedErrorId | Should -Be 'InvalidQuery,CqlitePS.Commands.InvokeCqlQueryCommand'
            $failed[0].TargetObject | Should -Be 'x'
        }
    }

    Context 'scripts' {
        It 'runs statements in order and obeys USE' {
            $results = Invoke-CqlQuery "USE app; SELECT n FROM events WHERE id = 1 LIMIT 1; -- a comment`nSELECT page FROM hits LIMIT 1;"
            $results | Should -HaveCount 2
            $results[0].n | Should -Be 36
        }

        It 'places syntax errors in the script' {
            $failed = { Invoke-CqlQuery "SELECT n FROM events;`n  SELEC x;" } | Should -Throw -ErrorId 'CqlSyntax,*' -PassThru
            $failed.Exception.Line | Should -Be 2
            $failed.CategoryInfo.Category | Should -Be 'ParserError'
        }
    }

    Context 'errors in scripts' {
        It 'names the line of the statement that can not be executed' {
            { Invoke-CqlQuery "SELECT n FROM events LIMIT 1;`n`nSELECT nope FROM events" } | Should -Throw -ExpectedMessage 'statement at line 3: Undefined column name nope*' -ErrorId 'InvalidQuery,*'
        }
    }

    Context 'errors' {
        It '<id> for <query>' -ForEach @(
            @{ Query = 'SELECT * FROM nope'; Id = 'InvalidQuery' }
            @{ Query = 'SELECT nope FROM events'; Id = 'InvalidQuery' }
            @{ Query = 'SELECT'; Id = 'CqlSyntax' }
            @{ Query = "INSERT INTO events (id, at) VALUES (1, 1)"; Id = 'DatabaseReadOnly' }
        ) {
            { Invoke-CqlQuery $Query } | Should -Throw -ErrorId "$Id,CqlitePS.Commands.InvokeCqlQueryCommand"
        }

        It 'takes the database that is given' {
            $other = Open-CqliteDatabase (Split-Path $Events | Split-Path)
            try {
                { Invoke-CqlQuery 'SELECT * FROM hits' } | Should -Throw
                (Invoke-CqlQuery 'SELECT count(*) FROM app.hits' -Database $db).count | Should -Be 3
            }
            finally { Close-CqliteDatabase $other }
        }
    }

    It 'completes tables and columns within the statement' {
        (TabExpansion2 "Invoke-CqlQuery 'SELECT * FROM ev").CompletionMatches[0].CompletionText | Should -Be "'SELECT * FROM events"
        (TabExpansion2 "Invoke-CqlQuery 'SELECT * FROM events WHERE i").CompletionMatches[0].CompletionText | Should -Be "'SELECT * FROM events WHERE id"
    }
}

Describe 'Invoke-CqlQuery -Connection' {
    BeforeAll {
        . $PSScriptRoot/ClusterSetup.ps1
        1..20 | ForEach-Object { [pscustomobject]@{ id = $_; total = $_ / 4; tags = 'a', 'b' } } | Invoke-CqlQuery 'INSERT INTO shop.orders (id, total, tags) VALUES (:id, :total, :tags)' -Connection $Cluster
    }
    AfterAll { Close-Cluster }

    It 'gives the rows that the database gives' {
        $query = 'SELECT * FROM shop.orders'
        $rows = Invoke-CqlQuery $query -Connection $Cluster
        $rows | Should -HaveCount 20
        $rows | ConvertTo-Json | Should -Be (Invoke-CqlQuery $query -Database $Db | ConvertTo-Json)
        $rows[0].GetType() | Should -Be (Invoke-CqlQuery $query -Database $Db)[0].GetType()
        Invoke-CqlQuery $query -Connection $Cluster -As Json | Should -Be (Invoke-CqlQuery $query -Database $Db -As Json)
    }

    It 'pages, also in tables' {
        (Invoke-CqlQuery 'SELECT id FROM shop.orders' -Connection $Cluster -As DataTable -PageSize 8).ForEach({ $_.Rows.Count }) | Should -Be 8, 8, 4
        Invoke-CqlQuery 'SELECT id FROM shop.orders' -Connection $Cluster -PageSize 3 | Should -HaveCount 20
    }

    It 'binds by position, by name and from the pipeline' {
        (Invoke-CqlQuery 'SELECT total FROM shop.orders WHERE id = ?' 4 -Connection $Cluster).total | Should -Be 1
        (Invoke-CqlQuery 'SELECT total FROM shop.orders WHERE id = :id' @{ id = 8 } -Connection $Cluster).total | Should -Be 2
        (4, 8 | Invoke-CqlQuery 'SELECT total FROM shop.orders WHERE id = ?' -Connection $Cluster).total | Should -Be 1, 2
    }

    It 'obeys USE and -Keyspace in its own session only' {
        (Invoke-CqlQuery 'USE shop; SELECT count(*) FROM orders' -Connection $Cluster).count | Should -Be 20
        (Invoke-CqlQuery 'SELECT count(*) FROM orders' -Connection $Cluster -Keyspace shop).count | Should -Be 20
        { Invoke-CqlQuery 'SELECT count(*) FROM orders' -Connection $Cluster } | Should -Throw -ErrorId 'InvalidQuery,*'
    }

    It '<id> for <query>' -ForEach @(
        @{ Query = 'SELECT * FROM shop.nope'; Id = 'InvalidQuery' }
        @{ Query = 'SELEC'; Id = 'CqlSyntax' }
        @{ Query = 'CREATE TABLE shop.orders (id int PRIMARY KEY)'; Id = 'AlreadyExists' }
    ) {
        { Invoke-CqlQuery $Query -Connection $Cluster } | Should -Throw -ErrorId "$Id,CqlitePS.Commands.InvokeCqlQueryCommand"
    }

    It 'refuses what only a database can tell' {
        { Invoke-CqlQuery 'SELECT * FROM shop.orders' -Connection $Cluster -Explain } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Invoke-CqlQuery 'SELECT * FROM shop.orders' -Connection $Cluster -Database $Db } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'takes consistency levels' {
        (Invoke-CqlQuery 'SELECT id FROM shop.orders WHERE id = 1' -Connection $Cluster -Consistency ALL).id | Should -Be 1
    }

    It 'takes the last connection where no database is open' {
        $rows = & {
            $power = [powershell]::Create()
            try {
                $power.AddScript({ param($module, $contact, $anna, $pin) Import-Module $module; $null = Connect-Cassandra $contact -Credential $anna -CertificatePin $pin; Invoke-CqlQuery 'SELECT id FROM shop.orders' }).
                    AddArgument((Join-Path $root 'CqlitePS.psd1')).AddArgument($Contact).AddArgument($Anna).AddArgument($Pin).Invoke()
            }
            finally { $power.Dispose() }
        }
        $rows | Should -HaveCount 20
    }

    It 'is exported as a database is' {
        Export-CqliteTable shop.orders $ClusterHome/a.csv -Connection $Cluster
        Export-CqliteTable shop.orders $ClusterHome/b.csv -Database $Db
        Get-Content $ClusterHome/a.csv | Should -Be (Get-Content $ClusterHome/b.csv)
        { Export-CqliteTable shop.orders $ClusterHome/sst -Format SSTable -Connection $Cluster } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
