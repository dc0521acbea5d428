BeforeAll { . $PSScriptRoot/ClusterSetup.ps1 }
AfterAll { Close-Cluster }

Describe 'Invoke-CqlBatch on <name>' -ForEach @(@{ Name = 'a database' }, @{ Name = 'a connection' }) {
    BeforeAll { $on = if ($Name -eq 'a database') { @{ Database = $Db } } else { @{ Connection = $Cluster } } }
    BeforeEach { Invoke-CqlQuery 'TRUNCATE shop.orders' @on }

    It 'executes several statements with shared values' {
        Invoke-CqlBatch 'INSERT INTO shop.orders (id, total) VALUES (:id, :total)', 'INSERT INTO shop.orders (id, total) VALUES (100, :total)' @{ id = 1; total = 2.5 } @on
        (Invoke-CqlQuery 'SELECT id, total FROM shop.orders' @on | Sort-Object id).id | Should -Be 1, 100
    }

    It 'takes values for each statement' {
        Invoke-CqlBatch 'INSERT INTO shop.orders (id) VALUES (?); DELETE FROM shop.orders WHERE id = ?; INSERT INTO shop.orders (id) VALUES (3)' @(@(1), @(2), $null) @on
        (Invoke-CqlQuery 'SELECT id FROM shop.orders' @on | Sort-Object id).id | Should -Be 1, 3
        { Invoke-CqlBatch 'INSERT INTO shop.orders (id) VALUES (?)', 'INSERT INTO shop.orders (id) VALUES (?)' @(1, 2, 3) @on } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'makes batches of the pipeline, and leaves out what does not fit' {
        1, 'x', 2, 3 | ForEach-Object { [pscustomobject]@{ id = $_ } } | Invoke-CqlBatch 'INSERT INTO shop.orders (id) VALUES (:id)' -BatchSize 2 -Kind Unlogged -ErrorAction SilentlyContinue -ErrorVariable failed @on
        (Invoke-CqlQuery 'SELECT id FROM shop.orders' @on | Sort-Object id).id | Should -Be 1, 2, 3
        $failed | Should -HaveCount 1
        $failed[0].TargetObject.id | Should -Be 'x'
    }

    It 'tells whether conditions held' {
        (Invoke-CqlBatch 'INSERT INTO shop.orders (id) VALUES (9) IF NOT EXISTS' @on).'[applied]' | Should -BeTrue
        (Invoke-CqlBatch 'INSERT INTO shop.orders (id) VALUES (9) IF NOT EXISTS' @on).'[applied]' | Should -BeFalse
    }

    It 'counts' {
        $before = (Invoke-CqlQuery "SELECT n FROM shop.hits WHERE page = 'a'" @on).n
        Invoke-CqlBatch "UPDATE shop.hits SET n = n + 2 WHERE page = 'a'" -Kind Counter @on
        (Invoke-CqlQuery "SELECT n FROM shop.hits WHERE page = 'a'" @on).n | Should -Be ($before + 2)
    }

    It 'writes with the timestamp that is given' {
        Invoke-CqlBatch 'INSERT INTO shop.orders (id, total) VALUES (5, 1)' -Timestamp 1000 @on
        (Invoke-CqlQuery 'SELECT writetime(total) AS w FROM shop.orders WHERE id = 5' @on).w | Should -Be 1000
    }

    It 'refuses what does not write' {
        { Invoke-CqlBatch 'SELECT * FROM shop.orders' @on } | Should -Throw -ErrorId 'InvalidQuery,*'
        { Invoke-CqlBatch 'INSERT' @on } | Should -Throw -ErrorId 'CqlSyntax,*'
    }
}
