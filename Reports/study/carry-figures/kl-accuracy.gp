# Distance from base and accuracy
#
# How far each run is from base, and how many held-out problems it solves. Across: mean over
# tokens of KL(run ‖ base) of the next token over the whole vocabulary, on responses that base
# sampled (left) and on those that the run sampled itself (right), logarithmic. Up: share of
# right sampled responses at temperature 1. Marks: means over 3 seeds with 95 % intervals
# (Student's t over seeds, on the logit for shares), cut at the axes. Small pale marks are
# seeds. Base, whose KL is 0, is the dotted line, its interval grey. Colours say whose texts a
# run learns from. Small rings: means of variants, and of parts that other runs start from.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot kl-accuracy.gp
# It reads kl-accuracy.tsv and writes kl-accuracy.svg and kl-accuracy.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,253 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_kl_accuracy' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,253./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'kl-accuracy.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.49131
  set bmargin at screen 0.09881
  set tmargin at screen 0.8419
  set border 15 linewidth 0.5
  set xrange [0.020216435352635034:6.465842289423772]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.05' 0.05, '0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2, '5' 5)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label 'on base'."'".'s text' at screen 0.28495,0.86957 center noenhanced front
  set label 'KL(run ‖ base) (nats per token)' at screen 0.28495,0.02372 center noenhanced front
  set label 'held-out accuracy' at screen 0.0202,0.47036 center rotate by 90 noenhanced front
  unset colorbox
  set object rectangle from screen 0.06055,0.95455 to screen 0.106,0.97826 fillcolor rgb '#e69f00' fillstyle transparent solid 1 noborder linewidth 1
  set label 'a teacher'."'".'s texts' at screen 0.1161,0.9664 left font ',8' noenhanced front
  set object rectangle from screen 0.36362,0.95455 to screen 0.40907,0.97826 fillcolor rgb '#0072b2' fillstyle transparent solid 1 noborder linewidth 1
  set label 'its own texts' at screen 0.41917,0.9664 left font ',8' noenhanced front
  set object rectangle from screen 0.66669,0.95455 to screen 0.71214,0.97826 fillcolor rgb '#cc79a7' fillstyle transparent solid 1 noborder linewidth 1
  set label 'a teacher'."'".'s, then its own' at screen 0.72224,0.9664 left font ',8' noenhanced front
  set object rectangle from screen 0.06055,0.91107 to screen 0.106,0.93478 fillcolor rgb '#009e73' fillstyle transparent solid 1 noborder linewidth 1
  set label 'both at once' at screen 0.1161,0.92292 left font ',8' noenhanced front
  set arrow from screen 0.36362,0.92292 to screen 0.40907,0.92292 nohead linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6)
  set label 'base' at screen 0.41917,0.92292 left font ',8' noenhanced front
  plot 'kl-accuracy.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#cc79a7' notitle, \
    'kl-accuracy.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#808080' notitle, \
    'kl-accuracy.tsv' index 5 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'kl-accuracy.tsv' index 6 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'kl-accuracy.tsv' index 7 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'kl-accuracy.tsv' index 8 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'kl-accuracy.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 10 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 11 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 12 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'kl-accuracy.tsv' index 13 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'kl-accuracy.tsv' index 14 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'kl-accuracy.tsv' index 15 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 16 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 17 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 18 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 19 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 20 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 21 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 22 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 23 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 24 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 25 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'kl-accuracy.tsv' index 26 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'kl-accuracy.tsv' index 27 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 28 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 29 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 30 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 32 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 33 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 34 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 35 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 36 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 37 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 38 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 39 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 40 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'kl-accuracy.tsv' index 41 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 42 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 43 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56455
  set rmargin at screen 0.97727
  set bmargin at screen 0.09881
  set tmargin at screen 0.8419
  set border 15 linewidth 0.5
  set xrange [0.020216435352635034:6.465842289423772]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.05' 0.05, '0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2, '5' 5)
  set yrange [-0.03:1.03]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0 0, '' 0.2 0, '' 0.4 0, '' 0.6 0, '' 0.8 0, '' 1 0)
  set label 'on each run'."'".'s own text' at screen 0.77091,0.86957 center noenhanced front
  set label 'KL(run ‖ base) (nats per token)' at screen 0.77091,0.02372 center noenhanced front
  unset colorbox
  plot 'kl-accuracy.tsv' index 44 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 45 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 46 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#cc79a7' notitle, \
    'kl-accuracy.tsv' index 47 using 1:2:3 with filledcurves fillstyle transparent solid 1 noborder linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 48 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#808080' notitle, \
    'kl-accuracy.tsv' index 49 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (1.2,1.6) notitle, \
    'kl-accuracy.tsv' index 50 using 1:2 with points pointtype 6 pointsize 0.28 linewidth 0.7 linecolor rgb '#ecb740' notitle, \
    'kl-accuracy.tsv' index 51 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'kl-accuracy.tsv' index 52 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#f3cf80' notitle, \
    'kl-accuracy.tsv' index 53 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 54 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 55 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#80b9d9' notitle, \
    'kl-accuracy.tsv' index 56 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e6bcd3' notitle, \
    'kl-accuracy.tsv' index 57 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'kl-accuracy.tsv' index 58 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#80cfb9' notitle, \
    'kl-accuracy.tsv' index 59 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 60 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 61 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 62 using 1:2 with lines linewidth 0.6 linecolor rgb '#e69f00' dashtype solid notitle, \
    'kl-accuracy.tsv' index 63 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 64 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 65 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 66 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 67 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 68 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'kl-accuracy.tsv' index 69 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'kl-accuracy.tsv' index 70 using 1:2 with lines linewidth 0.6 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'kl-accuracy.tsv' index 71 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 72 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 73 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 74 using 1:2 with lines linewidth 0.6 linecolor rgb '#009e73' dashtype solid notitle, \
    'kl-accuracy.tsv' index 75 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 76 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 77 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 78 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 79 using 1:2 with lines linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'kl-accuracy.tsv' index 80 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 81 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'kl-accuracy.tsv' index 82 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 83 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 84 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'kl-accuracy.tsv' index 85 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'kl-accuracy.tsv' index 86 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 87 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'kl-accuracy.tsv' index 88 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
