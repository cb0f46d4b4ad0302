create database decisions;
create database platform;
