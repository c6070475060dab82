-- How many faults of a class there are, of an account or of all, between two days, and their lists (internal/store/runs/faults_list.go).

-- +goose Up
CREATE INDEX faults_of_class ON faults (class, at, id);
CREATE INDEX faults_of_account_and_class ON faults (account, class, at, id);
